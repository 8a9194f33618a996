// Writes the three files that are generated from the configuration schema.
import { writeFileSync } from "node:fs";
import { configurationReference, environmentExample, yamlExample } from "../src/config-docs.ts";
import { configKeys } from "../src/config-keys.ts";

const root = new URL("../", import.meta.url);
const keys = configKeys();
writeFileSync(new URL("docs/configuration.md", root), configurationReference(keys));
writeFileSync(new URL(".env.example", root), environmentExample(keys));
writeFileSync(new URL("frontdesk.example.yaml", root), yamlExample(keys));
