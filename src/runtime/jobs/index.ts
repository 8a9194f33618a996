export { createRedisJobs } from "./bull-jobs.ts";
export { createSqliteJobs } from "./sqlite-jobs.ts";
