// IP networks as Go's net package reads and prints them.
import { isIPv4, isIPv6 } from "node:net";

/** An address of 4 or 16 bytes. IPv4 addresses written in IPv6 form keep their 16 bytes. */
export interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

export interface Network {
  /** The first address: the given one with its host bits cleared. */
  readonly address: Address;
  readonly prefix: number;
}

/** `address/prefix` in CIDR notation; `undefined` when it is not that. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([^/]+)\/(\d{1,7})$/.exec(text);
  const address = parseAddress(match?.[1] ?? "");
  const prefix = Number(match?.[2]);
  if (address === undefined || prefix > address.bits) return undefined;
  const hostBits = BigInt(address.bits - prefix);
  return { address: { ...address, value: (address.value >> hostBits) << hostBits }, prefix };
}

function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { value: joinGroups(text.split(".").map(Number), 8n), bits: 32 };
  if (!isIPv6(text) || text.includes("%")) return undefined;
  return { value: joinGroups(groupsOf(text), 16n), bits: 128 };
}

const joinGroups = (groups: readonly number[], width: bigint): bigint =>
  groups.reduce((value, group) => (value << width) | BigInt(group), 0n);

/** The eight groups of an IPv6 address; its last 32 bits may be written as IPv4. */
function groupsOf(text: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain = dotted ? `${dotted[1] ?? ""}${hexPair(dotted[2], dotted[3])}:${hexPair(dotted[4], dotted[5])}` : text;
  const [head = "", tail] = plain.split("::");
  const parse = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  const right = tail === undefined ? [] : parse(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

const hexPair = (high = "0", low = "0"): string => (Number(high) * 256 + Number(low)).toString(16);

const MAPPED_PREFIX = 0xffffn;

/** True for 16 bytes that stand for an IPv4 address (::ffff:a.b.c.d). */
export const isMapped = ({ value, bits }: Address): boolean => bits === 128 && value >> 32n === MAPPED_PREFIX;

export function formatAddress(address: Address): string {
  if (address.bits === 32 || isMapped(address)) {
    return [24n, 16n, 8n, 0n].map((shift) => String((address.value >> shift) & 0xffn)).join(".");
  }
  const groups = Array.from({ length: 8 }, (_, i) => Number((address.value >> BigInt(112 - 16 * i)) & 0xffffn));
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > best.length) best = { start: i, length: end - i };
    i = Math.max(i, end - 1);
  }
  return best;
}

/** `address/prefix`; of a mapped IPv4 network the prefix counts in its last 32 bits. */
export function formatNetwork({ address, prefix }: Network): string {
  return `${formatAddress(address)}/${isMapped(address) ? Math.max(prefix - 96, 0) : prefix}`;
}

/** The mask with the given number of leading ones. */
export const maskOf = (prefix: number, bits: 32 | 128): bigint =>
  ((1n << BigInt(prefix)) - 1n) << BigInt(bits - prefix);
