// Nests the directives of a template: `%{ if }…%{ else }…%{ endif }`, `%{ for }…%{ endfor }`.
import { between, enterLevel, report, type Cursor } from "./cursor.ts";
import { missingAt } from "./expressionParser.ts";
import type { Span } from "./source.ts";
import type { TemplatePart } from "./syntax.ts";
import type { Piece } from "./templateText.ts";
import { trimmed } from "./trimmed.ts";

interface Walker {
  readonly cursor: Cursor;
  readonly pieces: readonly Piece[];
  next: number;
}

/** Turns the flat pieces of a template into its parts. */
export function buildParts(cursor: Cursor, pieces: readonly Piece[]): TemplatePart[] {
  const walker: Walker = { cursor, pieces, next: 0 };
  const parts: TemplatePart[] = [];
  while (current(walker).kind !== "end") parts.push(readPart(walker));
  return trimmed(parts);
}

function current(walker: Walker): Piece {
  return walker.pieces[walker.next] ?? walker.pieces.at(-1)!;
}

function readPart(walker: Walker): TemplatePart {
  const piece = current(walker);
  switch (piece.kind) {
    case "literal":
      walker.next++;
      return { kind: "literal", value: piece.value.normalize("NFC"), span: piece.span };
    case "interpolation":
      walker.next++;
      return { kind: "interpolation", expression: piece.expression, span: piece.span };
    case "if":
    case "for": {
      const part = enterLevel(walker.cursor)
        ? piece.kind === "if"
          ? readIf(walker, piece)
          : readFor(walker, piece)
        : skipRest(walker, piece.span);
      walker.cursor.depth--;
      return part;
    }
    case "else":
    case "endif":
    case "endfor":
      walker.next++;
      report(
        walker.cursor,
        `Unexpected ${piece.kind} directive`,
        `There is no "%{ ${piece.kind === "endfor" ? "for" : "if"} … }" before it that it could belong to.`,
        piece.span,
      );
      return missingPart(piece.span);
    case "end":
      return missingPart(piece.span);
  }
}

function missingPart(span: Span): TemplatePart {
  return { kind: "interpolation", expression: missingAt(span), span };
}

function skipRest(walker: Walker, span: Span): TemplatePart {
  walker.next = walker.pieces.length - 1;
  return missingPart(span);
}

function readIf(walker: Walker, head: Extract<Piece, { kind: "if" }>): TemplatePart {
  walker.next++;
  const then: TemplatePart[] = [];
  let otherwise: TemplatePart[] | undefined;
  for (;;) {
    const piece = current(walker);
    switch (piece.kind) {
      case "end":
        return reportOpen(walker, piece.span, "if");
      case "endif":
        walker.next++;
        return { kind: "if", condition: head.condition, then, otherwise, span: between(head.span, piece.span) };
      case "else":
        walker.next++;
        if (otherwise !== undefined)
          return reportWrong(walker, piece, 'The "%{ if … }" that it belongs to has an "%{ else }" already.');
        otherwise = [];
        break;
      case "endfor":
        walker.next++;
        return reportWrong(walker, piece, 'What is open here is an "%{ if … }", which ends with "%{ endif }".');
      default:
        (otherwise ?? then).push(readPart(walker));
    }
  }
}

function readFor(walker: Walker, head: Extract<Piece, { kind: "for" }>): TemplatePart {
  walker.next++;
  const body: TemplatePart[] = [];
  for (;;) {
    const piece = current(walker);
    switch (piece.kind) {
      case "end":
        return reportOpen(walker, piece.span, "for");
      case "endfor": {
        walker.next++;
        const { keyVariable, valueVariable, collection } = head;
        const span = between(head.span, piece.span);
        return { kind: "for", keyVariable, valueVariable, collection, body, openSpan: head.span, span };
      }
      case "else":
        walker.next++;
        return reportWrong(walker, piece, 'A "%{ for … }" has no "%{ else }".');
      case "endif":
        walker.next++;
        return reportWrong(walker, piece, 'What is open here is a "%{ for … }", which ends with "%{ endfor }".');
      default:
        body.push(readPart(walker));
    }
  }
}

function reportOpen(walker: Walker, span: Span, keyword: "if" | "for"): TemplatePart {
  report(
    walker.cursor,
    "Unexpected end of template",
    `The string ends, but its "%{ ${keyword} … }" is still open. Write "%{ end${keyword} }" where it ends.`,
    span,
  );
  return missingPart(span);
}

function reportWrong(walker: Walker, piece: Piece, detail: string): TemplatePart {
  report(walker.cursor, `Unexpected ${piece.kind} directive`, detail, piece.span);
  return missingPart(piece.span);
}
