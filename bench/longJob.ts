// The job file that the benches read.
const GROUP_LINES = 50;

/** A group of 50 lines with what jobs of virtual machines usually have. */
function group(index: number): string {
  return `  group "g${index}" {
    count = 2
    constraint {
      attribute = "\${attr.kernel.name}"
      value     = "linux"
    }
    network {
      mode = "bridge"
      port "http" {
        to = 80
      }
      port "ssh" {
        static = ${2000 + index}
        to     = 22
      }
    }
    restart {
      attempts = 3
      interval = "10m"
      delay    = "15s"
      mode     = "delay"
    }
    task "vm" {
      driver = "qemu"
      config {
        image_path  = "local/image-\${NOMAD_ALLOC_INDEX}.qcow2"
        accelerator = "kvm"
        args        = ["-smp", "2", "-netdev", "user,id=n0,hostfwd=tcp::\${NOMAD_HOST_PORT_ssh}-:22"]
        port_map {
          http = 80
        }
      }
      env {
        NAME = upper("vm-${index}")
        ROLE = "\${NOMAD_META_role}"
      }
      artifact {
        source = "https://example.com/\${local.image}"
        options {
          checksum = var.checksum
        }
      }
      resources {
        cpu    = 500
        memory = 512
      }
    }
  }
`;
}

/** A job file of about so many lines: groups with what jobs of virtual machines usually have. */
export function longJob(lines: number): string {
  const groups = Array.from({ length: Math.round(lines / GROUP_LINES) }, (_, index) => group(index));
  return `variable "checksum" {\n  default = "sha256:0"\n}\nlocals {\n  image = "image.qcow2"\n}\njob "bench" {\n${groups.join("")}}\n`;
}
