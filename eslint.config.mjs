// Lint rules of the house: type-aware strictness, and the architecture's laws that a machine can check.
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** What each room may import (docs/architecture.md, "Rooms"). A room may always import itself. */
/** @type {Record<string, readonly string[]>} */
const mayImport = {
  base: [],
  hcl: ["base"],
  jobspec: ["base", "hcl"],
  driver: ["base", "hcl", "jobspec"],
  client: ["base", "hcl", "jobspec", "driver"],
  host: ["base", "hcl", "jobspec", "driver", "client"],
  lint: ["base", "hcl", "jobspec", "driver"],
  language: ["base", "hcl", "jobspec", "driver", "lint"],
  cluster: ["base", "hcl", "jobspec"],
  cli: ["base", "hcl", "jobspec", "driver", "client", "host", "lint", "language", "cluster"],
  commands: ["base", "hcl", "jobspec", "driver", "client", "host", "lint", "language", "views"],
  views: ["base", "hcl", "jobspec", "driver", "client", "host", "lint", "language"],
};
const rooms = Object.keys(mayImport);
const editorRooms = new Set(["commands", "views"]);

const layerLaws = rooms.map((room) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        ...(editorRooms.has(room)
          ? {}
          : { paths: [{ name: "vscode", message: "Only extension.ts, commands/ and views/ know VS Code." }] }),
        patterns: rooms
          .filter((other) => other !== room && !mayImport[room]?.includes(other))
          .map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `${room}/ may not import ${other}/ (docs/architecture.md).`,
          })),
      },
    ],
  },
}));

export default defineConfig(
  { ignores: ["dist", "node_modules", ".vscode-test", "coverage", "**/*.mjs"] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      eqeqeq: ["error", "always"],
      "no-console": "error",
    },
  },
  { files: ["scripts/**", "bench/**", "test/**"], rules: { "no-console": "off" } },
  {
    files: ["test/**"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  ...layerLaws,
);
