// Job files for the tests of the language server.

export interface VmOptions {
  readonly args?: string;
  readonly memory?: number;
  /** Further lines of the config block. */
  readonly config?: string;
  /** Further lines of the task. */
  readonly task?: string;
}

/** A job with one VM, without errors unless the options bring them. */
export function vm({ args, memory = 256, config = "", task = "" }: VmOptions): string {
  return `job "demo" {
  type = "batch"

  group "vms" {
    task "vm" {
      driver = "qemu"

      config {
        image_path = "local/disk.qcow2"
${args === undefined ? "" : `        args       = ${args}\n`}${config}      }

      artifact {
        source = "http://127.0.0.1:8000/disk.qcow2"
      }
${task}
      resources {
        memory = ${memory}
      }
    }
  }
}
`;
}
