/** Who may import whom; the table in docs/architecture.md says why. */
const own = "^(src|adapters|flows|knowledge|models)/";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: ["\\.d\\.ts$", "^test/", "\\.config\\.ts$", "-child\\.ts$"] },
      to: {},
    },
    {
      name: "core-imports-nothing",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: "^src/core/" },
    },
    {
      name: "ports-see-only-core",
      severity: "error",
      from: { path: "^src/ports/" },
      to: { pathNot: "^src/(ports|core)/" },
    },
    {
      name: "flows-see-core-ports-xstate-zod-yaml-luxon",
      severity: "error",
      from: { path: "^flows/" },
      to: {
        pathNot: [
          "^flows/",
          "^src/(ports|core)/",
          "^node_modules/(xstate|zod|yaml)/",
          // office hours: time zones and days on which the clocks change
          "^node_modules/(@types/)?luxon/",
        ],
      },
    },
    {
      name: "outer-folders-do-not-meet",
      comment:
        "adapters/*, knowledge, models, flows never import one another; adapters/shared is common to adapters",
      severity: "error",
      from: { path: "^(adapters/[^/]+|flows|knowledge|models)/" },
      to: { path: "^(adapters|flows|knowledge|models)/", pathNot: ["^$1/", "^adapters/shared/"] },
    },
    {
      name: "adapters-share-among-themselves",
      severity: "error",
      from: { path: "^(flows|knowledge|models)/" },
      to: { path: "^adapters/shared/" },
    },
    {
      name: "shared-is-pure",
      comment: "adapters/shared knows no platform and no library but zod",
      severity: "error",
      from: { path: "^adapters/shared/" },
      to: { path: "^node_modules/|^adapters/", pathNot: "^(adapters/shared|node_modules/zod)/" },
    },
    {
      name: "outer-folders-see-only-ports-and-core",
      severity: "error",
      from: { path: "^(adapters|flows|knowledge|models)/" },
      to: { path: "^src/", pathNot: "^src/(ports|core)/" },
    },
    {
      name: "runtime-libraries",
      severity: "error",
      from: { path: "^src/runtime/" },
      to: {
        pathNot: [
          "^src/(runtime|ports|core)/",
          "^node_modules/(xstate|ioredis|libsql|bullmq|zod|rate-limiter-flexible)/",
        ],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "xstate-in-one-file",
      comment: "XState's API is hidden in one file of the runtime; flows define machines with it",
      severity: "error",
      from: { path: own, pathNot: ["^flows/", "^src/runtime/reduce\\.ts$"] },
      to: { path: "^node_modules/xstate/" },
    },
    {
      name: "server-libraries",
      severity: "error",
      from: { path: "^src/server/" },
      to: {
        pathNot: [
          "^src/(server|ports|core)/",
          "^node_modules/(fastify|prom-client|zod|@fastify|jose)/",
        ],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "vendors-in-their-trade",
      comment: "a vendor SDK appears only in the folder of its trade",
      severity: "error",
      from: { path: own, pathNot: "^(knowledge|models|adapters|src/runtime)/" },
      to: { path: "^node_modules/(chromadb|node-llama-cpp|@slack|discord\\.js|ioredis|libsql)" },
    },
    {
      name: "llama-only-in-models",
      severity: "error",
      from: { path: own, pathNot: "^models/" },
      to: { path: "^node_modules/node-llama-cpp" },
    },
    {
      name: "chroma-only-in-knowledge",
      severity: "error",
      from: { path: own, pathNot: "^knowledge/" },
      to: { path: "^node_modules/chromadb" },
    },
    {
      name: "only-composition-sees-everything",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(main|compose|cli)" },
      to: { path: "^(adapters|flows|knowledge|models)/" },
    },
    {
      name: "no-test-in-production",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "no-development-dependency-in-production",
      severity: "error",
      from: { path: own },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    { name: "not-to-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js"],
    },
  },
};
