// Where each value of a parsed job came from: its place, its expression, and what it was before conversion.
import type { Expression } from "../hcl/syntax.ts";
import type { SourceText, Span } from "../hcl/source.ts";
import type { Value } from "../hcl/value.ts";
import { elementsOf, originOf, type Trace } from "./trace.ts";

/** A path into the API job: `["TaskGroups", 0, "Tasks", 1, "Config", "args", 2]`. Names are the API's. */
export type JobPath = readonly (string | number)[];

export interface Origin {
  readonly source: SourceText;
  /** The value (of an attribute: its expression; of a block: its header). */
  readonly span: Span;
  /** The name that introduces it: attribute name, block type, object key. Absent for list elements. */
  readonly nameSpan?: Span;
  /** The whole argument or block with its body; what a fix removes. */
  readonly wholeSpan: Span;
  readonly expression?: Expression;
  /** The evaluated HCL value before it was converted to the API's type. */
  readonly value?: Value;
}

export type Branches = Map<string | number, OriginNode | Trace>;

/**
 * One place of the job with what is below it. A subtree can be built on its own and hung up later. While a file is read
 * only traces are kept, as most origins are never asked for; what is asked for is made then.
 */
export class OriginNode {
  readonly trace: Trace | undefined;
  private made: Origin | undefined;
  /** Absent until it is gathered. */
  protected below: Branches | undefined;

  constructor(trace?: Trace) {
    this.trace = trace;
  }

  get origin(): Origin | undefined {
    if (this.trace !== undefined) this.made ??= originOf(this.trace);
    return this.made;
  }

  get(key: string | number): OriginNode | undefined {
    const found = this.branches().get(key);
    if (found === undefined || found instanceof OriginNode) return found;
    const node = new OriginNode(found);
    this.attach(key, node);
    return node;
  }

  /** The child of that name, made when it is not there. */
  child(key: string | number): OriginNode {
    let found = this.get(key);
    if (found === undefined) this.attach(key, (found = new OriginNode()));
    return found;
  }

  /** Hangs a subtree up under a name, in place of what was there. */
  attach(key: string | number, node: OriginNode | Trace): void {
    this.branches().set(key, node);
  }

  detach(key: string | number): void {
    this.branches().delete(key);
  }

  *children(): Iterable<[string | number, OriginNode]> {
    for (const key of this.branches().keys()) yield [key, this.child(key)];
  }

  /** What is below by itself, before anything is hung up. */
  protected collect(): Branches {
    return this.trace === undefined ? new Map<string | number, Trace>() : elementsOf(this.trace);
  }

  private branches(): Branches {
    return (this.below ??= this.collect());
  }
}

/** Origins by path. Kept beside the job, so that the job stays the plain data that Nomad's API knows. */
export class Origins {
  readonly root: OriginNode;

  constructor(root: OriginNode = new OriginNode()) {
    this.root = root;
  }

  /** The origin of exactly this path. */
  get(path: JobPath): Origin | undefined {
    let node: OriginNode | undefined = this.root;
    for (const key of path) node = node?.get(key);
    return node?.origin;
  }

  /** The origin of the path or of its nearest known ancestor: a place to mark for a value that is not written out. */
  nearest(path: JobPath): Origin | undefined {
    let node: OriginNode | undefined = this.root;
    let found = node.origin;
    for (const key of path) {
      node = node.get(key);
      if (node === undefined) break;
      found = node.origin ?? found;
    }
    return found;
  }

  /** Every known place: its path as JSON, and its origin. */
  *entries(): IterableIterator<[string, Origin]> {
    yield* below(this.root, []);
  }
}

function* below(node: OriginNode, path: JobPath): IterableIterator<[string, Origin]> {
  if (node.origin !== undefined) yield [JSON.stringify(path), node.origin];
  for (const [key, child] of node.children()) yield* below(child, [...path, key]);
}
