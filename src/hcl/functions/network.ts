// IP network functions. Where the original has quirks (negative numbers, mapped addresses), they are kept.
import { ok } from "../../base/result.ts";
import { shown } from "../convert.ts";
import { list, listOf, NUMBER, STRING, string, type Value } from "../value.ts";
import { argumentError, callError, type EagerFunction, type FunctionResult } from "./definition.ts";
import { formatAddress, formatNetwork, isMapped, maskOf, type Network, parseNetwork } from "./ipAddress.ts";
import { parameter, textOf, wholeBigInt, wholeNumber } from "./support.ts";

const network = { kind: "eager", category: "network", returnType: STRING } as const;
const prefixParameter = parameter("prefix", STRING, "The network, such as 10.1.0.0/16 or fd00::/48.");

/** One call extends a prefix by so many bits at most, also for IPv6. */
const MAX_NEW_BITS = 32;

/** The network that a text names; the error is about the call, or about the argument when its index is given. */
function networkOf(value: Value | undefined, argument?: number): FunctionResult<Network> {
  const parsed = parseNetwork(textOf(value));
  if (parsed) return ok(parsed);
  const reason = `${shown(textOf(value))} is not a network such as 10.1.0.0/16`;
  return argument === undefined ? callError(reason) : argumentError(argument, reason);
}

/** Sets a number into an address, so that its lowest bit stands at the end of a prefix. */
function insert({ address }: Network, number: bigint, prefix: number): Network["address"] | undefined {
  const combined = address.value | (number << BigInt(Math.max(address.bits - prefix, 0)));
  const value = combined < 0n ? -combined : combined;
  return value >> BigInt(address.bits) === 0n ? { ...address, value } : undefined;
}

function host(base: Network, wanted: bigint): FunctionResult {
  const hostBits = BigInt(base.address.bits - base.prefix);
  const last = (1n << hostBits) - 1n;
  const distance = wanted < 0n ? -wanted - 1n : wanted;
  if (distance > last) return callError(`a network with a prefix of ${base.prefix} bits has no host ${wanted}`);
  const address = insert(base, wanted < 0n ? last - distance : wanted, isMapped(base.address) ? 32 : base.address.bits);
  return address ? ok(string(formatAddress(address))) : callError(`there is no address for host ${wanted}`);
}

function subnet(base: Network, newBits: number, number: bigint): FunctionResult {
  if (newBits > MAX_NEW_BITS) return callError(`a prefix cannot be extended by more than ${MAX_NEW_BITS} bits at once`);
  const prefix = base.prefix + newBits;
  if (prefix > base.address.bits) {
    return callError(
      `a prefix of ${base.prefix} bits cannot be extended by ${newBits}: there are only ${base.address.bits}`,
    );
  }
  const size = number < 0n ? -number : number;
  if (newBits >= 0 && size > (1n << BigInt(newBits)) - 1n) {
    return callError(`with ${newBits} more bits there is no subnet ${number}`);
  }
  if (prefix < 0) return number === 0n ? ok(string("<nil>")) : callError(`there is no subnet ${number}`);
  const address = insert(base, number, prefix);
  return address ? ok(string(formatNetwork({ address, prefix }))) : callError(`there is no subnet ${number}`);
}

/** Consecutive subnets: each starts where the one before ends, rounded up to its own size. */
function subnets(base: Network, args: readonly Value[]): FunctionResult {
  const { bits, value: first } = base.address;
  const end = first + (1n << BigInt(bits - base.prefix));
  const results: Value[] = [];
  let next = first;
  for (const [i, arg] of args.entries()) {
    const newBits = wholeNumber(arg, i + 1);
    if (!newBits.ok) return newBits;
    if (newBits.value < 1) return argumentError(i + 1, "a prefix must be extended by at least one bit");
    if (newBits.value > MAX_NEW_BITS)
      return argumentError(i + 1, `a prefix cannot be extended by more than ${MAX_NEW_BITS} bits at once`);
    const prefix = base.prefix + newBits.value;
    if (prefix > bits) return argumentError(i + 1, `a prefix of ${prefix} bits is longer than an address`);
    const size = 1n << BigInt(bits - prefix);
    const start = ((next + size - 1n) / size) * size;
    // The search for the next subnet starts below the network, which wraps around for the network at zero, and gets
    // lost for an IPv4 network that is written with 16 bytes.
    if (start >= end || first === 0n || isMapped(base.address))
      return argumentError(i + 1, `there is no room left for a subnet of ${prefix} bits`);
    results.push(string(formatNetwork({ address: { value: start, bits }, prefix })));
    next = start + size;
  }
  return ok(list(STRING, results));
}

export const networkFunctions = (): readonly EagerFunction[] => [
  {
    ...network,
    name: "cidrhost",
    description: "The address of a host in a network; negative numbers count from the end.",
    parameters: [prefixParameter, parameter("hostnum", NUMBER, "The number of the host, from 0.")],
    implementation: ([prefix, number]) => {
      const wanted = wholeBigInt(number);
      if (!wanted.ok) return wanted;
      const base = networkOf(prefix);
      return base.ok ? host(base.value, wanted.value) : base;
    },
  },
  {
    ...network,
    name: "cidrnetmask",
    description: "The mask of a network, written as an address.",
    parameters: [prefixParameter],
    implementation: ([prefix]) => {
      const base = networkOf(prefix);
      if (!base.ok) return base;
      const { bits } = base.value.address;
      return ok(string(formatAddress({ value: maskOf(base.value.prefix, bits), bits })));
    },
  },
  {
    ...network,
    name: "cidrsubnet",
    description: "A subnet by number: the prefix is extended by some bits, which hold the number.",
    parameters: [
      prefixParameter,
      parameter("newbits", NUMBER, "How many bits to extend the prefix by."),
      parameter("netnum", NUMBER, "The number of the subnet, from 0."),
    ],
    implementation: ([prefix, newBits, number]) => {
      const bits = wholeNumber(newBits);
      if (!bits.ok) return bits;
      const wanted = wholeBigInt(number);
      if (!wanted.ok) return wanted;
      const base = networkOf(prefix);
      return base.ok ? subnet(base.value, bits.value, wanted.value) : base;
    },
  },
  {
    ...network,
    name: "cidrsubnets",
    description: "Consecutive subnets, one for each number of bits to extend the prefix by.",
    returnType: listOf(STRING),
    parameters: [prefixParameter],
    variadic: parameter("newbits", NUMBER, "How many bits to extend the prefix by, for each subnet."),
    implementation: ([prefix, ...newBits]) => {
      const base = networkOf(prefix, 0);
      if (!base.ok) return base;
      return newBits.length === 0 ? ok(list(STRING, [])) : subnets(base.value, newBits);
    },
  },
];
