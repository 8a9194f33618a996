export { afterOfficeTime, type Calendar, nextOpening, wordsForTime } from "./calendar.ts";
