// What allocations need of the world, handed in, so that tests can slow time down but everything else is real.
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { NodeDescription } from "../jobspec/node.ts";
import type { ArtifactCache } from "./artifact/cache.ts";
import type { Unpack } from "./artifact/fetchArtifact.ts";

export interface ClientServices {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly cache: ArtifactCache;
  readonly unpack: Unpack;
  /** Where sockets go: short, private. */
  readonly runtimeDir: string;
  /** What QEMU can do here and now, with this PATH. */
  readonly machine: (pluginConfig: PluginConfig, environment: Readonly<Record<string, string>>) => Promise<Machine>;
}

export interface Machine {
  readonly fingerprint: Fingerprint;
  readonly node: NodeDescription;
}
