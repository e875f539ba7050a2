// What a body holds, sorted by its schema.
import type { AttributeSchema, BlockSchema, MemberIndex } from "../schema/index.ts";
import type { OriginNode } from "../origin.ts";
import type { ReadableAttribute, ReadableBlock } from "./body.ts";

/** What a body holds of one member of its schema: an argument or blocks. Only a mistake makes it both. */
export interface Found {
  /** Where the member stands in the schema. */
  readonly place: number;
  readonly member: AttributeSchema | BlockSchema;
  attribute: ReadableAttribute | undefined;
  blocks: ReadableBlock[] | undefined;
  /** Where the value of the member's field came from, once it is decoded. */
  origin: OriginNode | ReadableAttribute | undefined;
  next: Found | undefined;
}

const NONE: readonly ReadableBlock[] = [];

/**
 * Members that are found, as a chain in the order of the schema. Most bodies hold two or three members out of thirty; for
 * so few a chain is made and searched in less time than a Map is made, and it is never longer than the schema.
 */
export class BodyContents {
  first: Found | undefined;
  readonly index: MemberIndex;

  constructor(index: MemberIndex) {
    this.index = index;
    this.first = undefined;
  }

  attribute(name: string): ReadableAttribute | undefined {
    return this.named(name)?.attribute;
  }

  blocks(type: string): readonly ReadableBlock[] {
    return this.named(type)?.blocks ?? NONE;
  }

  addBlock(place: number, block: ReadableBlock): void {
    const found = this.at(place);
    if (found.blocks === undefined) found.blocks = [block];
    else found.blocks.push(block);
  }

  /** The entry of a member that is no constant, made when it is not there. */
  at(place: number): Found {
    let before: Found | undefined;
    let next = this.first;
    while (next !== undefined && next.place < place) {
      before = next;
      next = next.next;
    }
    if (next?.place === place) return next;
    const member = this.index.members[place] as Found["member"];
    const found: Found = { place, member, attribute: undefined, blocks: undefined, origin: undefined, next };
    if (before === undefined) this.first = found;
    else before.next = found;
    return found;
  }

  private named(name: string): Found | undefined {
    let found = this.first;
    while (found !== undefined && found.member.name !== name) found = found.next;
    return found;
  }
}
