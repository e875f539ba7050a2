// Fills in a resources block. Source: Nomad api/resources.go.
import { WEIGHT } from "./defaults.ts";
import { block, blocks, dropEmpty, setDefaults, setEmpty, type Fields } from "../fields.ts";

/** 100 MHz unless cores are asked for, 300 MB of memory, one of each device. */
export function canonicalizeResources(resources: Fields): void {
  const asksForCores = resources["Cores"] !== null && resources["Cores"] !== undefined;
  setDefaults(resources, { CPU: asksForCores ? 0 : 100, Cores: 0, MemoryMB: 300 });
  for (const device of blocks(resources, "Devices")) {
    setDefaults(device, { Count: 1 });
    for (const affinity of blocks(device, "Affinities")) setDefaults(affinity, WEIGHT);
  }
  const numa = block(resources, "NUMA");
  if (numa !== undefined) {
    setEmpty(numa, { Affinity: "none" });
    dropEmpty(numa, ["Devices"]);
  }
}
