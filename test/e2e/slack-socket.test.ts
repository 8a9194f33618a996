import { describeSlack } from "./slack-scenarios/index.ts";

describeSlack("socket");
