/** How Frontdesk calls itself to web servers and in `robots.txt`. */
export const USER_AGENT = "FrontdeskBot";
