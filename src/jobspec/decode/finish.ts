// What follows when a block's members are decoded: inheritance, moves and defaults that no single member decides.
// Nomad: jobspec2's normalizeJob and its decoders of job, group and task.
import { OriginNode } from "../origin.ts";
import type { BlockSchema, BodySchema } from "../schema/index.ts";
import { blankObject } from "./blank.ts";
import type { ReadableBlock } from "./body.ts";
import { BodyContents } from "./contents.ts";
import { droppedAt, type ApiObject, type Decoding } from "./context.ts";
import { ListOrigin } from "./origins.ts";
import { finishGroupScaling, finishTaskScaling } from "./scaling.ts";

export interface FinishedBlock {
  readonly block: ReadableBlock;
  readonly contents: BodyContents;
  readonly schema: BlockSchema;
  readonly value: ApiObject;
  readonly origin: OriginNode;
}

export function finishBlock(context: Decoding, finished: FinishedBlock): void {
  const { value, origin } = finished;
  switch (finished.schema.body.special) {
    case "job":
      finishJob(finished);
      return;
    case "group":
      warnOfSecrets(context, finished);
      sortPorts(value, origin);
      handDownToTasks(value, origin);
      return;
    case "task":
      sortPorts(asObject(value["Resources"]), origin.get("Resources"));
      moveDefaultIdentity(value, origin);
      return;
    case "network":
      warnOfReservedPorts(context, finished);
      return;
    case "periodic":
      if (value["Spec"] !== null || value["Specs"] !== null) value["SpecType"] = "cron";
      return;
    case "group-scaling":
      finishGroupScaling(context, finished);
      return;
    case "task-scaling":
      finishTaskScaling(context, finished);
      return;
    case "constraint":
    case "affinity":
    case undefined:
      return;
  }
}

/** What Nomad reads and loses: reserved_ports beside port (golden README 6). */
function warnOfReservedPorts(context: Decoding, { contents }: FinishedBlock): void {
  if (contents.blocks("port").length === 0) return;
  for (const block of contents.blocks("reserved_ports")) {
    const detail = "Beside a port block Nomad forgets all reserved_ports. Write it as a port with static.";
    context.report(droppedAt(context, block.defSpan, detail));
  }
}

/** And a group's secrets where tasks have their own (golden README 7). */
function warnOfSecrets(context: Decoding, { contents, value }: FinishedBlock): void {
  if (!asObjects(value["Tasks"]).some((task) => asObjects(task["Secrets"]).length > 0)) return;
  for (const block of contents.blocks("secret")) {
    const detail =
      "Tasks with secrets of their own do not get this one: Nomad 2.0 gives them their own ones twice. Write it into the tasks or the job.";
    context.report(droppedAt(context, block.defSpan, detail));
  }
}

const asObject = (value: unknown): ApiObject | undefined =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as ApiObject) : undefined;

const NONE: readonly ApiObject[] = [];
const asObjects = (value: unknown): readonly ApiObject[] => (Array.isArray(value) ? (value as ApiObject[]) : NONE);

/** Takes a field out that belongs to the blocks below. */
function take(value: ApiObject, origin: OriginNode, field: string): { value: unknown; origin: OriginNode | undefined } {
  const taken = value[field];
  if (taken === undefined) return NOTHING_TAKEN;
  const place = origin.get(field);
  Reflect.deleteProperty(value, field);
  origin.detach(field);
  return { value: taken, origin: place };
}

const NOTHING_TAKEN = { value: undefined, origin: undefined };

interface Ports {
  readonly values: ApiObject[];
  readonly places: (OriginNode | undefined)[];
}

/** Ports with a static number are reserved; once there is any `port`, `reserved_ports` count no more. */
function sortPorts(value: ApiObject | undefined, origin: OriginNode | undefined): void {
  const networks = asObjects(value?.["Networks"]);
  for (let at = 0; at < networks.length; at++) {
    const network = networks[at]!;
    const ports = asObjects(network["DynamicPorts"]);
    if (ports.length === 0) continue;
    const place = origin?.get("Networks")?.get(at);
    const places = place?.get("DynamicPorts");
    const open: Ports = { values: [], places: [] };
    const reserved: Ports = { values: [], places: [] };
    for (let index = 0; index < ports.length; index++) {
      const port = ports[index]!;
      const into = Number(port["Value"]) > 0 ? reserved : open;
      into.values.push(port);
      into.places.push(places?.get(index));
    }
    network["DynamicPorts"] = open.values.length === 0 ? null : open.values;
    network["ReservedPorts"] = reserved.values.length === 0 ? null : reserved.values;
    place?.attach("DynamicPorts", new ListOrigin(open.places));
    place?.attach("ReservedPorts", new ListOrigin(reserved.places));
  }
}

/** The identity without a name, or named `default`, has a field of its own (for agents before 1.7). */
function moveDefaultIdentity(value: ApiObject, origin: OriginNode): void {
  const identities = asObjects(value["Identities"]);
  if (identities.length === 0) return;
  const at = identities.findIndex((identity) => identity["Name"] === "" || identity["Name"] === "default");
  if (at < 0) return;
  const places = identities.map((_, index) => origin.get("Identities")?.get(index));
  value["Identity"] = identities[at];
  const place = places[at];
  if (place !== undefined) origin.attach("Identity", place);
  value["Identities"] = identities.filter((_, index) => index !== at);
  origin.attach("Identities", new ListOrigin(places.filter((_, index) => index !== at)));
}

/** A group's vault and secrets go to the tasks without own ones; own secrets are doubled instead (golden README 7). */
function handDownToTasks(value: ApiObject, origin: OriginNode): void {
  const vault = take(value, origin, "Vault");
  const secrets = take(value, origin, "Secrets");
  if (vault.value === undefined && secrets.value === undefined) return;
  for (const [index, task] of asObjects(value["Tasks"]).entries()) {
    const place = origin.get("Tasks")?.get(index);
    inheritVault(task, place, vault);
    if (asObjects(secrets.value).length === 0) continue;
    const hasOwn = asObjects(task["Secrets"]).length > 0;
    if (hasOwn) appendSecrets(task, place, task["Secrets"], place?.get("Secrets"));
    else appendSecrets(task, place, secrets.value, secrets.origin);
  }
}

function inheritVault(task: ApiObject, place: OriginNode | undefined, vault: ReturnType<typeof take>): void {
  const inherited = asObject(vault.value);
  if (inherited === undefined || task["Vault"] !== null) return;
  task["Vault"] = { ...inherited };
  if (vault.origin !== undefined) place?.attach("Vault", vault.origin);
}

function appendSecrets(
  task: ApiObject,
  place: OriginNode | undefined,
  secrets: unknown,
  origin: OriginNode | undefined,
): void {
  const own = asObjects(task["Secrets"]);
  const more = asObjects(secrets);
  if (more.length === 0) return;
  task["Secrets"] = [...own, ...more];
  const places = place?.child("Secrets");
  for (const index of more.keys()) {
    const item = origin?.get(index);
    if (item !== undefined) places?.attach(own.length + index, item);
  }
}

/** Names the job, gives single tasks their group, and hands vault and secrets down. */
function finishJob({ block, schema, value, origin }: FinishedBlock): void {
  const label = block.labels[0] ?? "";
  for (const field of ["Name", "ID"]) {
    if (value[field] !== null) continue;
    value[field] = label;
    origin.attach(field, { kind: "label", written: block, index: 0 });
  }
  addGroupsOfSingleTasks(schema.body, value, origin);
  const vault = take(value, origin, "Vault");
  const secrets = take(value, origin, "Secrets");
  if (vault.value === undefined && secrets.value === undefined) return;
  for (const [groupIndex, group] of asObjects(value["TaskGroups"]).entries()) {
    const tasks = origin.get("TaskGroups")?.get(groupIndex)?.get("Tasks");
    for (const [index, task] of asObjects(group["Tasks"]).entries()) {
      const place = tasks?.get(index);
      inheritVault(task, place, vault);
      appendSecrets(task, place, secrets.value, secrets.origin);
    }
  }
}

function addGroupsOfSingleTasks(job: BodySchema, value: ApiObject, origin: OriginNode): void {
  const tasks = take(value, origin, "Tasks");
  const single = asObjects(tasks.value);
  const group = single.length === 0 ? undefined : job.blocks.get("group");
  if (group === undefined) return;
  const places = single.map((_, index) => {
    const place = tasks.origin?.get(index);
    const node = new OriginNode(place?.trace);
    const name = place?.get("Name");
    if (place !== undefined) node.child("Tasks").attach(0, place);
    if (name !== undefined) node.attach("Name", name);
    return node;
  });
  const others = asObjects(value["TaskGroups"]);
  for (const index of others.keys()) {
    const place = origin.get("TaskGroups")?.get(index);
    if (place !== undefined) places.push(place);
  }
  value["TaskGroups"] = [...single.map((task) => groupOf(task, group)), ...others];
  origin.attach("TaskGroups", new ListOrigin(places));
}

/** A group with nothing but a name and one task. */
function groupOf(task: ApiObject, group: BlockSchema): ApiObject {
  return { ...blankObject(group, new BodyContents(group.body.index)), Name: task["Name"], Tasks: [task] };
}
