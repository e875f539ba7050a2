// The top level of a job file: variables, locals and the job.
import { job } from "./job.ts";
import { ANY, attribute, block, body, label, partialBody, type BlockSchema, type BodySchema } from "./types.ts";

const PAGE = "/nomad/docs/reference/hcl2/variables";

/** A rule of a variable. */
export const validationBody: BodySchema = body(PAGE, () => [
  attribute(
    "condition",
    undefined,
    "any",
    "An expression that is true when the value is fine; it may use only this variable.",
    {
      required: true,
      page: `${PAGE}#custom-validation-rules`,
    },
  ),
  attribute("error_message", undefined, "string", "What to tell when it is not.", {
    required: true,
    page: `${PAGE}#custom-validation-rules`,
  }),
]);

/** The declaration of a variable. */
export const variableBody: BodySchema = body(PAGE, () => [
  attribute("type", undefined, "type", "The type that values are converted to.", {
    examples: ["string", "number", "bool", "list(string)", "map(string)", "object({ a = string })"],
    page: `${PAGE}#type-constraints`,
  }),
  attribute("default", undefined, "any", "The value when none is given; a constant.", {
    page: `${PAGE}#default-values`,
  }),
  attribute("description", undefined, "string", "What the variable is for.", {
    page: `${PAGE}#input-variable-documentation`,
  }),
  block("validation", undefined, validationBody, "A rule that the variable's value must meet.", {
    occurs: "many",
    page: `${PAGE}#custom-validation-rules`,
  }),
]);

const variable: BlockSchema = block("variable", undefined, variableBody, "A value that can be given from outside.", {
  labels: [label("name", undefined, "Used as `var.<name>`.")],
  occurs: "many",
  page: PAGE,
  since: "1.0",
});

/** The declarations in a file that should have none. */
export const declarations = partialBody(PAGE, () => [variable]);

/** What a job file may hold at its top level. */
export const fileBody: BodySchema = body(PAGE, () => [
  variable,
  block("variables", undefined, ANY, "Variables without a type: each argument's value is the default.", {
    occurs: "many",
    page: PAGE,
    since: "1.0",
  }),
  block("locals", undefined, ANY, "Named expressions, used as `local.<name>`.", {
    occurs: "many",
    page: "/nomad/docs/reference/hcl2/locals",
    since: "1.0",
  }),
  job,
]);
