// Files of a task: artifact, template, dispatch_payload, volume_mount, and the group's volumes and disk.
import { attribute, block, body, label, STRINGS, type BlockSchema } from "./types.ts";

export const artifact: BlockSchema = block(
  "artifact",
  "Artifacts",
  body("artifact", () => [
    attribute("source", "GetterSource", "string?", "The address to download from (http, https, git, hg, s3, gcs).", {
      examples: ["https://example.com/image.qcow2"],
    }),
    block("options", "GetterOptions", STRINGS, "Settings of the downloader, such as checksum, archive, ref, depth.", {
      page: "artifact#options",
    }),
    block("headers", "GetterHeaders", STRINGS, "HTTP headers of the request.", { page: "artifact#headers" }),
    attribute("mode", "GetterMode", "string?", "Whether the source is one file, a folder, or to be found out.", {
      default: '"any"',
      values: ["any", "file", "dir"],
    }),
    attribute("insecure", "GetterInsecure", "bool?", "Do not check the server's TLS certificate.", {
      default: "false",
      since: "1.8",
    }),
    attribute("destination", "RelativeDest", "string?", "Where it goes, relative to the task's folder.", {
      default: '"local/"',
    }),
    attribute("chown", "Chown", "bool", "Give the files to the task's user.", { default: "false", since: "1.9.2" }),
  ]),
  "A file or archive that is downloaded before the task starts.",
  { occurs: "many", page: "artifact" },
);

const changeScript = block(
  "change_script",
  "ChangeScript",
  body("change_script", () => [
    attribute("command", "Command", "string?", "The program to run inside the task."),
    attribute("args", "Args", "list(string)", "Its arguments.", { absent: [] }),
    attribute("timeout", "Timeout", "duration?", "When it is stopped.", { absent: 5_000_000_000, default: '"5s"' }),
    attribute("fail_on_error", "FailOnError", "bool?", "Kill the task when it fails.", {
      absent: false,
      default: "false",
    }),
    attribute("run_on_first_render", "RunOnFirstRender", "bool?", "Run it after the first rendering too.", {
      absent: false,
      default: "false",
      since: "2.0.5",
    }),
  ]),
  "The program for change_mode `script`.",
  { page: "change_script", since: "1.4", drivers: { not: ["qemu"], why: "the driver cannot execute commands" } },
);

export const template: BlockSchema = block(
  "template",
  "Templates",
  body("template", () => [
    attribute("source", "SourcePath", "string?", "The template's file, relative to the task's folder."),
    attribute("destination", "DestPath", "string?", "Where the result goes, relative to the task's folder."),
    attribute("data", "EmbeddedTmpl", "string?", "The template itself (consul-template syntax)."),
    attribute("change_mode", "ChangeMode", "string?", "What happens to the task when the result changes.", {
      absent: "restart",
      default: '"restart"',
      values: ["noop", "restart", "signal", "script"],
    }),
    changeScript,
    attribute("change_signal", "ChangeSignal", "string?", "The signal for change_mode `signal`.", {
      examples: ["SIGHUP", "SIGUSR1"],
      drivers: { not: ["qemu"], why: "the driver cannot send signals" },
    }),
    attribute("once", "Once", "bool?", "Render once and do not watch for changes.", {
      default: "false",
      since: "1.10.2",
    }),
    attribute("splay", "Splay", "duration?", "Up to this long is waited at random before the change is acted on.", {
      absent: 5_000_000_000,
      default: '"5s"',
    }),
    attribute("perms", "Perms", "string?", "Octal permissions of the result.", { absent: "0644", default: '"0644"' }),
    attribute("uid", "Uid", "int?", "User id of the result's owner.", { since: "1.3.3" }),
    attribute("gid", "Gid", "int?", "Group id of the result's owner.", { since: "1.3.3" }),
    attribute("left_delimiter", "LeftDelim", "string?", "What opens an action.", { default: '"{{"' }),
    attribute("right_delimiter", "RightDelim", "string?", "What closes an action.", { default: '"}}"' }),
    attribute("env", "Envvars", "bool?", "Read the result as KEY=value lines into the task's environment.", {
      default: "false",
    }),
    attribute("vault_grace", "VaultGrace", "duration?", "Ignored.", {
      deprecated: { since: "0.10", use: "nothing: it has no effect" },
    }),
    block(
      "wait",
      "Wait",
      body("template", () => [
        attribute("min", "Min", "duration?", "The shortest wait.", { page: "template#wait", default: '"5s"' }),
        attribute("max", "Max", "duration?", "The longest wait.", { page: "template#wait", default: '"4m"' }),
      ]),
      "How long to wait for more changes before rendering.",
      { page: "template#wait", since: "1.2.4" },
    ),
    attribute(
      "error_on_missing_key",
      "ErrMissingKey",
      "bool?",
      "Fail when the template reads a key that is not there.",
      {
        absent: false,
        default: "false",
        since: "1.4.3",
      },
    ),
  ]),
  "A file that is rendered before the task starts and when its data changes.",
  { occurs: "many", page: "template" },
);

export const dispatchPayload: BlockSchema = block(
  "dispatch_payload",
  "DispatchPayload",
  body("dispatch_payload", () => [
    attribute("file", "File", "string", "Where the payload is written, relative to the task's local folder."),
  ]),
  "Writes the payload of a dispatched job to a file.",
  { page: "dispatch_payload", jobTypes: ["batch", "sysbatch"] },
);

export const volumeMount: BlockSchema = block(
  "volume_mount",
  "VolumeMounts",
  body("volume_mount", () => [
    attribute("volume", "Volume", "string?", "The label of a volume of the group."),
    attribute("destination", "Destination", "string?", "Where the task sees it."),
    attribute("read_only", "ReadOnly", "bool?", "The task cannot write to it.", { default: "false" }),
    attribute("propagation_mode", "PropagationMode", "string?", "How nested mounts travel.", {
      default: '"private"',
      values: ["private", "host-to-task", "bidirectional"],
    }),
    attribute("selinux_label", "SELinuxLabel", "string?", "The SELinux label of the mount.", { since: "1.7.8" }),
  ]),
  "Mounts a volume of the group into the task.",
  { occurs: "many", page: "volume_mount", drivers: { not: ["qemu"], why: "the driver cannot mount volumes" } },
);

export const volume: BlockSchema = block(
  "volume",
  "Volumes",
  body("volume", () => [
    attribute("type", "Type", "string", "What kind of volume it is.", { values: ["host", "csi"] }),
    attribute("source", "Source", "string", "The volume's name on the client or in the cluster."),
    attribute("read_only", "ReadOnly", "bool", "The volume is mounted read-only.", { default: "false" }),
    attribute("sticky", "Sticky", "bool", "A new allocation gets the volume of the one it replaces.", {
      default: "false",
      since: "1.10",
    }),
    attribute("access_mode", "AccessMode", "string", "How many allocations may use it, and how.", {
      values: [
        "single-node-reader-only",
        "single-node-writer",
        "single-node-single-writer",
        "single-node-multi-writer",
        "multi-node-reader-only",
        "multi-node-single-writer",
        "multi-node-multi-writer",
      ],
    }),
    attribute("attachment_mode", "AttachmentMode", "string", "A file system or a raw block device.", {
      values: ["file-system", "block-device"],
    }),
    block(
      "mount_options",
      "MountOptions",
      body("volume", () => [
        attribute("fs_type", "FSType", "string", "The file system to mount.", { page: "volume#mount_options" }),
        attribute("mount_flags", "MountFlags", "list(string)", "Flags for the mount.", {
          page: "volume#mount_options",
        }),
      ]),
      "How a CSI volume is mounted.",
      { page: "volume#mount_options" },
    ),
    attribute("per_alloc", "PerAlloc", "bool", "The source's name ends with the allocation's index.", {
      default: "false",
      since: "1.1",
    }),
  ]),
  "A volume that the group's tasks can mount.",
  { labels: [label("name", "Name", "The name for `volume_mount`.")], occurs: "by-label", page: "volume" },
);

export const ephemeralDisk: BlockSchema = block(
  "ephemeral_disk",
  "EphemeralDisk",
  body("ephemeral_disk", () => [
    attribute("sticky", "Sticky", "bool?", "Prefer the same node for the next allocation and keep alloc/data there.", {
      default: "false",
    }),
    attribute("migrate", "Migrate", "bool?", "Copy alloc/data when the allocation moves to another node.", {
      default: "false",
    }),
    attribute("size", "SizeMB", "int?", "Disk in MB for the scheduler; it is not enforced.", { default: "300" }),
  ]),
  "The disk that the group's tasks share.",
  { page: "ephemeral_disk" },
);

export const csiPlugin: BlockSchema = block(
  "csi_plugin",
  "CSIPluginConfig",
  body("csi_plugin", () => [
    attribute("id", "ID", "string", "The plugin's id in the cluster."),
    attribute("type", "Type", "string", "Which part of a CSI plugin the task is.", {
      values: ["node", "controller", "monolith"],
    }),
    attribute("mount_dir", "MountDir", "string", "Where the plugin's socket lies in the task."),
    attribute("stage_publish_base_dir", "StagePublishBaseDir", "string", "Where the plugin stages volumes."),
    attribute("health_timeout", "HealthTimeout", "duration", "How long the plugin may take to become healthy.", {
      default: '"30s"',
    }),
  ]),
  "Says that the task is a CSI plugin.",
  { omitEmpty: true, page: "csi_plugin" },
);
