// Where the values of blocks and lists came from. It is written down nowhere: when somebody asks, it is gathered from what
// the decoder had at hand.
import { OriginNode, type Branches } from "../origin.ts";
import type { LabelSchema } from "../schema/index.ts";
import type { ReadableAttribute, ReadableBlock } from "./body.ts";
import type { BodyContents, Found } from "./contents.ts";

/** A block with its labels and members. */
export class BlockOrigin extends OriginNode {
  private readonly block: ReadableBlock;
  private readonly labels: readonly LabelSchema[];
  private readonly contents: BodyContents;

  constructor(block: ReadableBlock, labels: readonly LabelSchema[], contents: BodyContents) {
    super(block);
    this.block = block;
    this.labels = labels;
    this.contents = contents;
  }

  override get(key: string | number): OriginNode | undefined {
    if (this.below !== undefined) return super.get(key);
    let last: Found | undefined;
    for (let found = this.contents.first; found !== undefined; found = found.next) {
      if (found.member.field === key && found.origin !== undefined) last = found;
    }
    return last?.origin instanceof OriginNode ? last.origin : super.get(key);
  }

  protected override collect(): Branches {
    const branches: Branches = new Map();
    for (const [index, { field }] of this.labels.entries()) {
      if (field !== undefined) branches.set(field, { kind: "label", written: this.block, index });
    }
    for (let found = this.contents.first; found !== undefined; found = found.next) {
      const { field } = found.member;
      if (field !== undefined && found.origin !== undefined) branches.set(field, found.origin);
    }
    return branches;
  }
}

/** A block whose arguments are the entries of its value. */
export class EntriesOrigin extends OriginNode {
  private readonly attributes: readonly ReadableAttribute[];

  constructor(block: ReadableBlock, attributes: readonly ReadableAttribute[]) {
    super(block);
    this.attributes = attributes;
  }

  protected override collect(): Branches {
    return new Map(this.attributes.map((attribute) => [attribute.name, attribute]));
  }
}

export class ListOrigin extends OriginNode {
  private readonly items: readonly (OriginNode | undefined)[];

  constructor(items: readonly (OriginNode | undefined)[]) {
    super();
    this.items = items;
  }

  override get(key: string | number): OriginNode | undefined {
    return this.below !== undefined || typeof key === "string" ? super.get(key) : this.items[key];
  }

  protected override collect(): Branches {
    const branches: Branches = new Map();
    for (const [index, item] of this.items.entries()) if (item !== undefined) branches.set(index, item);
    return branches;
  }
}
