// Which archives are unpacked, and how a name or an option says which one it is. Source: go-getter, decompress.go.

export type Compression = "none" | "gz" | "bz2" | "xz" | "zst";

export interface ArchiveKind {
  readonly name: string;
  readonly container: "tar" | "zip" | "single";
  readonly compression: Compression;
}

const kind = (name: string, container: ArchiveKind["container"], compression: Compression): [string, ArchiveKind] => [
  name,
  { name, container, compression },
];

const KINDS: ReadonlyMap<string, ArchiveKind> = new Map([
  kind("tar", "tar", "none"),
  kind("tar.gz", "tar", "gz"),
  kind("tgz", "tar", "gz"),
  kind("tar.bz2", "tar", "bz2"),
  kind("tbz2", "tar", "bz2"),
  kind("tar.xz", "tar", "xz"),
  kind("txz", "tar", "xz"),
  kind("tar.zst", "tar", "zst"),
  kind("tzst", "tar", "zst"),
  kind("zip", "zip", "none"),
  kind("gz", "single", "gz"),
  kind("bz2", "single", "bz2"),
  kind("xz", "single", "xz"),
  kind("zst", "single", "zst"),
]);

/** What Go's strconv.ParseBool takes for false. */
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/**
 * The archive that a source is, or undefined when it is taken as it is.
 *
 * @param option the `archive` option: empty = by the ending of the path, a false word = never, else the name of a kind
 *   (one that does not exist means "as it is", as in Nomad: golden e-art-archive-opt-bad)
 */
export function archiveKind(urlPath: string, option: string): ArchiveKind | undefined {
  if (FALSE.has(option)) return undefined;
  if (option !== "") return KINDS.get(option);
  const matching = [...KINDS.values()].filter(({ name }) => urlPath.endsWith(`.${name}`));
  return matching.reduce<ArchiveKind | undefined>(
    (longest, next) => (longest === undefined || next.name.length > longest.name.length ? next : longest),
    undefined,
  );
}

/** The words of "… can only unarchive to a single file". */
export const COMPRESSION_NAMES: Readonly<Record<Compression, string>> = {
  none: "",
  gz: "gzip",
  bz2: "bzip2",
  xz: "xz",
  zst: "zstd",
};
