// Volumes that a group asks for. Source: Nomad nomad/structs/volumes.go.
import { amount, block, type Fields, flag, isFields, isSet, text } from "../fields.ts";
import { compareText } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedGroup, Reporter } from "./context.ts";

const HOST_MODES = ["", "single-node-writer", "single-node-single-writer", "single-node-multi-writer"];

/** The volumes that the server keeps: those of an unknown type disappear without a word. */
export function knownVolumes(group: Fields): Map<string, Fields> {
  const volumes = new Map<string, Fields>();
  for (const [name, volume] of Object.entries(block(group, "Volumes") ?? {})) {
    if (isFields(volume) && ["host", "csi"].includes(text(volume, "Type"))) volumes.set(name, volume);
  }
  return volumes;
}

export function checkVolumes({ group, path }: PreparedGroup, jobType: string, error: Reporter): void {
  const canaries = amount(block(group, "Update") ?? {}, "Canary");
  for (const [name, volume] of [...knownVolumes(group)].sort(([a], [b]) => compareText(a, b))) {
    const place: JobPath = [...path, "Volumes", name];
    if (text(volume, "Source") === "") error("volume/source-missing", place, "volume has an empty source");
    if (flag(volume, "PerAlloc")) checkPerAlloc(volume, [...place, "PerAlloc"], jobType, canaries, error);
    if (text(volume, "Type") === "host") checkHostVolume(volume, place, error);
    else checkCsiVolume(volume, place, amount(group, "Count"), error);
  }
}

function checkPerAlloc(volume: Fields, path: JobPath, jobType: string, canaries: number, error: Reporter): void {
  if (jobType === "system" || jobType === "sysbatch") {
    error("volume/per-alloc-job-type", path, "volume cannot be per_alloc for system or sysbatch jobs");
  }
  if (canaries > 0) error("volume/per-alloc-canaries", path, "volume cannot be per_alloc when canaries are in use");
  if (flag(volume, "Sticky"))
    error("volume/per-alloc-sticky", path, "volume cannot be per_alloc and sticky at the same time");
}

function checkHostVolume(volume: Fields, path: JobPath, error: Reporter): void {
  const mode = text(volume, "AccessMode");
  if (isSet(volume, "MountOptions")) {
    error("volume/host-mount-options", [...path, "MountOptions"], "host volumes cannot have mount options");
  }
  if (mode === "single-node-reader-only") checkReadOnly(volume, path, error);
  else if (!HOST_MODES.includes(mode)) {
    error(
      "volume/host-access-mode",
      [...path, "AccessMode"],
      `host volumes cannot be mounted with ${mode} access mode`,
    );
  }
}

function checkReadOnly(volume: Fields, path: JobPath, error: Reporter): void {
  if (flag(volume, "ReadOnly")) return;
  error("volume/read-only", [...path, "ReadOnly"], `${text(volume, "AccessMode")} volumes must be read-only`);
}

function checkCsiVolume(volume: Fields, path: JobPath, count: number, error: Reporter): void {
  const mode = text(volume, "AccessMode");
  const attachment = text(volume, "AttachmentMode");
  if (attachment === "") error("volume/attachment-mode-missing", path, "CSI volumes must have an attachment mode");
  if (attachment === "block-device" && isSet(volume, "MountOptions")) {
    error("volume/block-mount-options", [...path, "MountOptions"], "block devices cannot have mount options");
  }
  const shared = count > 1 && !flag(volume, "PerAlloc");
  const allows = (who: string): void =>
    error(
      "volume/access-mode-count",
      [...path, "AccessMode"],
      `volume with ${mode} access mode allows only one ${who}`,
    );
  switch (mode) {
    case "":
      error("volume/access-mode-missing", path, "CSI volumes must have an access mode");
      break;
    case "single-node-reader-only":
      checkReadOnly(volume, path, error);
      if (shared) allows("reader");
      break;
    case "single-node-writer":
      if (shared) allows("reader or writer");
      break;
    case "multi-node-reader-only":
      checkReadOnly(volume, path, error);
      break;
    case "multi-node-single-writer":
      if (shared && !flag(volume, "ReadOnly")) allows("writer");
      break;
  }
}
