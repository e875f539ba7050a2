// Job files that are written for a templating tool (Levant, Nomad Pack): they become HCL only when that tool has run.

const TEMPLATE_ENDINGS = /\.(?:tpl|tmpl|ctmpl|j2|gotmpl)$/i;
/** `[[ .var ]]`, `[[ range … ]]`: Levant and Nomad Pack. A nested list `[[1, 2]]` is not one. */
const TEMPLATE_ACTION =
  /\[\[-?\s*(?:[.$]|\/\*|(?:if|else|end|range|with|define|template|block|var|meta|env|loop|fileContents|timeNow|consulKey)\b)/;

/** Whether a file is a template of a job file rather than a job file. */
export function isTemplateFile(uri: string, text: string): boolean {
  return TEMPLATE_ENDINGS.test(uri) || TEMPLATE_ACTION.test(text);
}
