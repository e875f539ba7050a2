# A line comment
// another
/* a block
   comment */
variable "image" {
  type        = string
  default     = "disk.qcow2"
  description = "what to boot"
}
variable "ports" { type = map(list(number)) }
locals {
  names = [for i, n in var.names : upper(n) if n != ""]
  table = { for k, v in local.map : k => "${v}-x"... }
  sum   = -1 + 2.5e3 * (var.count - 1) % 3
  pick  = var.kvm ? "kvm" : "tcg"
  all   = var.list[*].name
}
job "hello-world" {
  type = "batch"
  group web {
    network {
      port "ssh" {}
      port "http" { static = 8080 }
    }
    task "vm" {
      driver = "qemu"
      config {
        image_path  = "${NOMAD_TASK_DIR}/${var.image}"
        accelerator = attr.kernel.name
        args = [
          "-smp", "2", # cores
          "-name", "a\"b\\\n\u00e9\q",
          "-x", "$${upper(NOMAD_ALLOC_ID)}", "%%{y}",
          "%{ if var.debug ~}-d%{ else }${"nested ${env["HOME"]}"}%{ endif }",
        ]
        port_map { ssh = 22 }
      }
      env = {
        A      = 1
        "B.C"  = true
        "D" : null
        (local.key) = "x"
      }
      template {
        data        = <<EOF
host {{ env "attr.unique.hostname" }} ${meta.rack} {{- if .A }}"quotes" stay{{ end }}
EOF
        destination = "local/a"
      }
      template {
        data = <<-EOT
          indented $${literal} %{ for x in var.list ~}
          ${x}
          %{~ endfor }
          EOT
      }
    }
  }
}
broken = "unterminated
after = 1
