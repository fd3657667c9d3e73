import importX from "eslint-plugin-import-x";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const domains = "home form records conflict sync patrol start unlock settings today teams decide".split(" ");

export default ts.config(
  {
    ignores: ["*.tmp.*", "dist", "test-dist", "tour-pictures", "node_modules", "src/lib/backend/bindings.ts"],
  },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    plugins: { "import-x": importX },
    settings: {
      // Components are beyond its parser; tests/unit/imports.test.ts looks for cycles through them.
      "import-x/extensions": [".ts"],
      "import-x/ignore": ["\\.svelte$"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
      "import-x/resolver-next": [createTypeScriptImportResolver({ extensions: [".ts", ".svelte", ".js"] })],
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "import-x/no-cycle": "error",
      "import-x/no-self-import": "error",
      "import-x/no-restricted-paths": [
        "error",
        {
          zones: [
            {
              target: "./src/lib/shared",
              from: ["./src/lib/app", ...domains.map((name) => `./src/lib/${name}`)],
              message: "shared/ knows no domain.",
            },
            { target: "./src", from: "./tests", message: "The test backend is never part of the product." },
            {
              target: "./src/lib",
              from: "./src/pages",
              message: "Pages compose domains, not the other way round.",
            },
          ],
        },
      ],
      eqeqeq: ["error", "smart"],
      // Sets and maps here are replaced whole ($state.raw), never changed in place.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, svelteConfig, extraFileExtensions: [".svelte"] },
    },
  },
  {
    // Svelte components must not reach the shell: only backend/tauri.ts names it.
    files: ["src/**/*.svelte", "src/**/*.ts"],
    ignores: ["src/lib/backend/tauri.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Use the backend object." }] },
      ],
    },
  },
  // Tests beside the code may use the test backend; nothing else in src may.
  { files: ["src/**/*.test.ts"], rules: { "import-x/no-restricted-paths": "off" } },
  { files: ["tests/**", "*.ts", "*.js"], languageOptions: { globals: { ...globals.node } } },
);
