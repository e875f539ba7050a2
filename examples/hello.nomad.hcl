# The smallest virtual machine that says hello: it prints a banner on its serial line, echoes what you type,
# and switches itself off when the power button is pressed (or on Ctrl-D).
#
#   nomad-qemu run examples/hello.nomad.hcl
#
# The image comes with Nomad QEMU: its artifact cache is seeded with it under the checksum below, so nothing is
# downloaded here. For a real Nomad cluster put the image where `source` points (assets/guest/README.md says how).

job "hello" {
  type = "batch"

  group "vm" {
    restart {
      attempts = 0
      mode     = "fail"
    }

    task "hello" {
      driver = "qemu"

      config {
        image_path        = "local/tiny.img"
        graceful_shutdown = true
      }

      artifact {
        source = "http://127.0.0.1:8000/tiny.img"

        options {
          checksum = "sha256:e3bd0e657b0507b24f79051456b421915754d5f28906c95562e76c17b72bd3d5"
        }
      }

      kill_timeout = "10s"

      resources {
        memory = 128
      }
    }
  }
}
