/** How the bot behaves in the threads of a channel in which it takes part. */
export const CHANNEL_MODES = ["follow", "ask", "mention"] as const;
/**
 * `follow`: it reads on and answers what is meant for it. `ask`: it offers to answer. `mention`: it answers when named.
 */
export type ChannelMode = (typeof CHANNEL_MODES)[number];
