// The reschedule policy, and whether its attempts fit into its interval. Source: Nomad nomad/structs/structs.go.
import { amount, type Fields, flag, text } from "../fields.ts";
import { formatGoDuration } from "../../base/goDuration.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { Reporter } from "./context.ts";

const SECOND = 1_000_000_000;
const MIN_DELAY_NS = 5 * SECOND;
const MIN_INTERVAL_NS = 15 * SECOND;
const FUNCTIONS = ["constant", "exponential", "fibonacci"];

interface Policy {
  readonly attempts: number;
  readonly interval: number;
  readonly delay: number;
  readonly maxDelay: number;
  readonly delayFunction: string;
}

/** A policy that allows no attempt at all is not looked at. */
export function checkReschedule(fields: Fields, path: JobPath, error: Reporter): void {
  const unlimited = flag(fields, "Unlimited");
  const policy: Policy = {
    attempts: amount(fields, "Attempts"),
    interval: amount(fields, "Interval"),
    delay: amount(fields, "Delay"),
    maxDelay: amount(fields, "MaxDelay"),
    delayFunction: text(fields, "DelayFunction"),
  };
  const { attempts, interval } = policy;
  const at = (field: string): JobPath => [...path, field];
  if (attempts <= 0 && !unlimited) return;
  if (attempts > 0) {
    if (interval <= 0)
      error("reschedule/interval-zero", at("Interval"), "Interval must be a non zero value if Attempts > 0");
    if (unlimited) {
      const values = `Attempts = ${attempts}, Interval = ${formatGoDuration(interval)}, and Unlimited = true`;
      error("reschedule/attempts-and-unlimited", at("Unlimited"), `Reschedule Policy with ${values} is ambiguous`);
      error(
        "reschedule/attempts-and-unlimited",
        at("Attempts"),
        "If Attempts >0, Unlimited cannot also be set to true",
      );
    }
  }
  const delaysFit = checkDelays(policy, path, error);
  if (unlimited) return;
  if (interval < MIN_INTERVAL_NS) {
    error(
      "reschedule/interval",
      at("Interval"),
      `Interval cannot be less than 15s (got ${formatGoDuration(interval)})`,
    );
  }
  if (delaysFit) checkAttempts(policy, path, error);
}

function checkDelays({ delay, maxDelay, delayFunction }: Policy, path: JobPath, error: Reporter): boolean {
  let fits = true;
  if (delay < MIN_DELAY_NS) {
    error("reschedule/delay", [...path, "Delay"], `Delay cannot be less than 5s (got ${formatGoDuration(delay)})`);
    fits = false;
  }
  if (!FUNCTIONS.includes(delayFunction)) {
    const names = `[${FUNCTIONS.map(quote).join(" ")}]`;
    error(
      "reschedule/delay-function",
      [...path, "DelayFunction"],
      `Invalid delay function ${quote(delayFunction)}, must be one of ${names}`,
    );
    fits = false;
  }
  if (delayFunction === "constant") return fits;
  if (maxDelay < MIN_DELAY_NS) {
    error(
      "reschedule/max-delay",
      [...path, "MaxDelay"],
      `Max Delay cannot be less than 5s (got ${formatGoDuration(delay)})`,
    );
    fits = false;
  }
  if (maxDelay < delay) {
    const times = `${formatGoDuration(delay)} (got ${formatGoDuration(maxDelay)})`;
    error("reschedule/max-delay-below-delay", [...path, "MaxDelay"], `Max Delay cannot be less than Delay ${times}`);
    fits = false;
  }
  return fits;
}

function checkAttempts(policy: Policy, path: JobPath, error: Reporter): void {
  const { possible, needed } = feasibility(policy);
  if (possible === undefined) return;
  const { attempts, interval, delay, maxDelay, delayFunction } = policy;
  const ceiling = delayFunction === "constant" ? "" : `, and delay ceiling ${formatGoDuration(maxDelay)}`;
  const joint = delayFunction === "constant" ? " and" : ",";
  const words = `${possible} attempts in ${formatGoDuration(interval)} with initial delay ${formatGoDuration(delay)}${joint} delay function ${quote(delayFunction)}${ceiling}`;
  error("reschedule/infeasible", [...path, "Attempts"], `Nomad can only make ${words}`);
  const rounded = Math.round(needed / SECOND) * SECOND;
  error(
    "reschedule/infeasible-interval",
    [...path, "Interval"],
    `Set the interval to at least ${formatGoDuration(rounded)} to accommodate ${attempts} attempts`,
  );
}

/** `possible` is undefined when all attempts fit; `needed` is the interval (ns) that would do. */
function feasibility(policy: Policy): { possible: number | undefined; needed: number } {
  const { attempts, interval, delay, delayFunction } = policy;
  if (delayFunction === "constant") {
    const needed = attempts * delay;
    return { possible: interval < needed ? Math.max(0, Math.trunc(interval / delay)) : undefined, needed };
  }
  return delayFunction === "exponential" ? exponential(policy) : fibonacci(policy);
}

/** Powers of two times the delay, in 64 bits that overflow as Nomad's do. */
function exponential({ attempts, interval, delay, maxDelay }: Policy): {
  possible: number | undefined;
  needed: number;
} {
  let needed = 0;
  let possible = 0;
  for (let attempt = 0; attempt < Math.min(attempts, WORD_BITS); attempt++) {
    const power = attempt < WORD_BITS - 1 ? 1n << BigInt(attempt) : -(1n << 63n);
    const next = Number(BigInt.asIntN(WORD_BITS, power * BigInt(Math.trunc(delay))));
    needed = next > maxDelay ? needed + maxDelay : next;
    if (needed < interval) possible++;
  }
  // Every further power is the same overflowed one, which is never above the longest delay.
  if (attempts > WORD_BITS && needed < interval) possible += attempts - WORD_BITS;
  return { possible: possible < attempts ? possible : undefined, needed };
}

const WORD_BITS = 64;

function fibonacci({ attempts, interval, delay, maxDelay }: Policy): { possible: number | undefined; needed: number } {
  const slots: number[] = [delay, delay];
  let capped = false;
  for (let index = 2; index < attempts; index++) {
    const last = slots[index - 1] ?? 0;
    const next: number = capped ? last + maxDelay : last + (slots[index - 2] ?? 0);
    slots.push(!capped && next > maxDelay ? maxDelay : next);
    capped ||= next > maxDelay;
    if (slots.length > MAX_SLOTS) break;
  }
  const needed = slots.at(-1) ?? 0;
  if (interval >= needed) return { possible: undefined, needed };
  return {
    possible: Math.max(
      0,
      slots.findIndex((slot) => slot > interval),
    ),
    needed,
  };
}

/** Attempts beyond this are not worth counting one by one. */
const MAX_SLOTS = 100_000;
