// Small tools that implementations of functions share.
import { ok } from "../../base/result.ts";
import { type BigFloat, toInt64 } from "../bigfloat.ts";
import { DYNAMIC, type Type, typeOf, type Value } from "../value.ts";
import { argumentError, callError, type FunctionResult, type Parameter } from "./definition.ts";

type Allowance = "null" | "unknown" | "dynamic";

/** A parameter; `allows` names what the implementation deals with itself. */
export function parameter(name: string, type: Type, description: string, ...allows: Allowance[]): Parameter {
  return {
    name,
    type,
    description,
    ...(allows.includes("null") && { allowNull: true }),
    ...(allows.includes("unknown") && { allowUnknown: true }),
    ...(allows.includes("dynamic") && { allowDynamic: true }),
  };
}

/** The text of an argument whose parameter is a string: conversion and null checks are done before the call. */
export function textOf(value: Value | undefined): string {
  if (value?.kind === "string") return value.value;
  throw new TypeError(`a string argument was expected, not ${value?.kind ?? "nothing"}`);
}

/** The number of an argument whose parameter is a number. */
export function numberOf(value: Value | undefined): BigFloat {
  if (value?.kind === "number") return value.value;
  throw new TypeError(`a number argument was expected, not ${value?.kind ?? "nothing"}`);
}

/** The type of an argument; anything, when the call lacks it. */
export function typeOfArgument(value: Value | undefined): Type {
  return value === undefined ? DYNAMIC : typeOf(value);
}

/** Elements of a known list, set or tuple; none of anything else. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  return value !== undefined && "items" in value ? value.items : [];
}

/** Entries of a known map or object; none of anything else. */
export function entriesOf(value: Value | undefined): ReadonlyMap<string, Value> {
  if (value?.kind === "map") return value.entries;
  return value?.kind === "object" ? value.attributes : new Map();
}

const WHOLE = "a whole number between -9223372036854775808 and 9223372036854775807 is needed";

/** A whole number of 64 bits to its last digit; the error is about the call, or about the argument of that index. */
export function wholeBigInt(value: Value | undefined, argument?: number): FunctionResult<bigint> {
  const whole = value?.kind === "number" ? toInt64(value.value) : undefined;
  if (whole !== undefined) return ok(whole);
  return argument === undefined ? callError(WHOLE) : argumentError(argument, WHOLE);
}

/** The same where nothing hangs on the digits beyond 2^53. */
export function wholeNumber(value: Value | undefined, argument?: number): FunctionResult<number> {
  const whole = wholeBigInt(value, argument);
  return whole.ok ? ok(Number(whole.value)) : whole;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Standard base64 with padding, line ends ignored; `undefined` for anything else. */
export function decodeBase64(text: string): Buffer | undefined {
  const packed = text.replace(/[\r\n]/g, "");
  return BASE64.test(packed) ? Buffer.from(packed, "base64") : undefined;
}
