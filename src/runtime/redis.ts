// What needs Redis. Apart from index.ts, so that a process without REDIS_URL does not load ioredis and BullMQ.
export { createRedisJobs } from "./jobs/bull-jobs.ts";
export { type MoveSummary, moveToRedis } from "./move/move-to-redis.ts";
export { createConversationStoreOn, createRedisConversationStore } from "./stores/redis.ts";
export { createRedisBudget } from "./stores/redis-budget.ts";
export { openRedis, type RedisConnection } from "./stores/redis-connection.ts";
export { createRedisDesk } from "./stores/redis-desk.ts";
export { createRedisKeyedMemory } from "./stores/redis-keyed-memory.ts";
export { createRedisMessageLog } from "./stores/redis-message-log.ts";
