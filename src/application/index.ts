export { MAX_MESSAGE_CHARACTERS } from "./conversing.ts";
export {
  type ApplicationParts,
  createApplication,
} from "./create-application.ts";
export { type PeopleSettings, type PersonEntry, principalOf } from "./principals.ts";
