// Where a rule is explained.

/** Page of the rules, relative to the product's folder. */
export const RULES_PAGE = "docs/rules.md";

/** The rule's place on the page; the anchor is what GitHub and VS Code make of a heading that is the code. */
export function ruleUrl(code: string): string {
  return `${RULES_PAGE}#${code.replaceAll("/", "")}`;
}
