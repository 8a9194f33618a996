export { type TalkLabels as SlackLabels, talkLabels as slackLabels } from "../shared/labels.ts";
