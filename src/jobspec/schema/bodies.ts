// Bodies: what their members are, and where to find them.
import type {
  AttributeSchema,
  BlockSchema,
  BodyContent,
  BodySchema,
  Member,
  MemberIndex,
  SpecialDecoder,
} from "./types.ts";

/**
 * A body of named members. They are made when the first of them is asked for: a job uses few of all bodies.
 * @param page the job specification's page about it (`"task"`); members without a page of their own get `page#name`
 */
export function body(page: string, list: () => readonly Member[], special?: SpecialDecoder): BodySchema {
  return new NamedMembers(page, list, special);
}

/** A look at some members of a body. */
export function partialBody(page: string, list: () => readonly Member[]): BodySchema {
  return new NamedMembers(page, list, undefined, true);
}

type Attributes = Map<string, AttributeSchema>;
type Blocks = Map<string, BlockSchema>;

/** The members for editors and for what is said about mistakes. */
interface DescribedMembers {
  readonly members: readonly Member[];
  readonly attributes: Attributes;
  readonly blocks: Blocks;
}

class NamedMembers implements BodySchema {
  readonly content = "members";
  readonly special: SpecialDecoder | undefined;
  readonly partial: boolean;
  private readonly page: string;
  private readonly list: () => readonly Member[];
  private indexed: MemberIndex | undefined;
  private forReaders: DescribedMembers | undefined;

  constructor(page: string, list: () => readonly Member[], special: SpecialDecoder | undefined, partial = false) {
    this.page = page;
    this.list = list;
    this.special = special;
    this.partial = partial;
  }

  get index(): MemberIndex {
    return (this.indexed ??= indexOf(this.list()));
  }

  get members(): readonly Member[] {
    return this.described.members;
  }

  get attributes(): Attributes {
    return this.described.attributes;
  }

  get blocks(): Blocks {
    return this.described.blocks;
  }

  private get described(): DescribedMembers {
    return (this.forReaders ??= describe(this.index.members, this.page));
  }
}

function indexOf(members: readonly Member[]): MemberIndex {
  const places = new Map<string, number>();
  const required: string[] = [];
  const omitted: string[] = [];
  for (let place = 0; place < members.length; place++) {
    const member = members[place]!;
    if (member.kind === "constant") continue;
    places.set(member.name, place);
    if (member.kind === "block") {
      if (member.omitEmpty) omitted.push(member.name);
    } else if (member.required) required.push(member.name);
  }
  return { members, places, required, omitted };
}

function describe(members: readonly Member[], page: string): DescribedMembers {
  const attributes: Attributes = new Map();
  const blocks: Blocks = new Map();
  for (const member of members) {
    if (member.kind === "constant") continue;
    // A member is made for the body that lists it, or has a page of its own.
    (member as { page?: string }).page ??= `${page}#${member.name}`;
    if (member.kind === "attribute") attributes.set(member.name, member);
    else blocks.set(member.name, member);
  }
  return { members, attributes, blocks };
}

function openBody(content: Exclude<BodyContent, "members">): BodySchema {
  const members: readonly Member[] = [];
  const index = { members, places: new Map(), required: [], omitted: [] };
  return { content, members, attributes: new Map(), blocks: new Map(), index, special: undefined, partial: false };
}

/** Arguments and blocks of any name and type; the reader is a driver or a plugin. */
export const FREE = openBody("free");
/** Arguments of any name with string values. */
export const STRINGS = openBody("strings");
/** Arguments of any name and type, but no blocks. */
export const ANY = openBody("values");
/** Arguments of any name with lists of strings. */
export const STRING_LISTS = openBody("string-lists");
