import type { HtmlElement, HtmlParent } from "linkedom";

/** What is no text for readers: code, styles, drawings, controls, and everything that the page itself hides. */
const UNREADABLE = [
  "title,script,style,noscript,template,iframe,frame,object,embed,svg,canvas,audio,video,map",
  "button,input,select,textarea,datalist,dialog:not([open])",
  "link,meta,base",
  "[hidden],[aria-hidden='true'],.sr-only,.visually-hidden,.screen-reader-text",
  "a.headerlink,a.anchor,a.hash-link,a.anchorjs-link,a.heading-anchor",
].join(",");

/** What stands around the text of a page. */
const CHROME = [
  "nav,footer,aside",
  "[role='navigation'],[role='banner'],[role='contentinfo'],[role='search'],[role='complementary']",
  ".breadcrumb,.breadcrumbs,.pagination,.cookie-banner,.sidebar,.toc,.table-of-contents",
].join(",");

const HIDING_STYLE =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])/iu;
const OUTSIDE_ADDRESS = /^(?:https?:|mailto:|tel:)/iu;

/** Removes from a page, in place, what no reader sees. */
export function removeUnreadable(page: HtmlParent): void {
  removeAll(page, UNREADABLE);
  for (const element of page.querySelectorAll("[style]")) {
    if (HIDING_STYLE.test(element.getAttribute("style") ?? "")) element.remove();
  }
}

/** Makes plain blocks of the notes inside an article, in place: elsewhere the same element is a side bar. */
export function keepNotes(page: HtmlParent): void {
  for (const note of [...page.querySelectorAll("main aside,article aside")]) {
    const block = note.ownerDocument.createElement("div");
    block.append(...note.childNodes);
    note.replaceWith(block);
  }
}

/** Removes, in place, navigation, footers and the like. */
export function removeChrome(page: HtmlParent): void {
  removeAll(page, CHROME);
}

function removeAll(page: HtmlParent, selector: string): void {
  for (const element of [...page.querySelectorAll(selector)]) element.remove();
}

/** Longer addresses are tracking: they would fill a chunk and nobody could read them. */
const MAX_ADDRESS_LENGTH = 300;
const BLOCK =
  "address,article,blockquote,div,dl,figure,h1,h2,h3,h4,h5,h6,hr,li,ol,p,pre,section,table,ul";

/**
 * Makes links lead somewhere from outside the page, in place: addresses are completed where the page's own is known;
 * links that stay relative or that wrap whole blocks become their text, pictures their description.
 * @param base address of the page; null for a file
 */
export function resolveLinks(page: HtmlElement, base: string | null): void {
  for (const picture of [...page.querySelectorAll("img,picture")]) {
    const description = (picture.getAttribute("alt") ?? "").replaceAll(/\s+/gu, " ").trim();
    picture.replaceWith(description === "" ? "" : ` ${description} `);
  }
  for (const link of [...page.querySelectorAll("a")]) {
    const address = completeAddress(link.getAttribute("href") ?? "", base);
    const text = link.textContent.trim();
    if (address === null || text === "" || text === address || link.querySelector(BLOCK) !== null) {
      link.replaceWith(...link.childNodes);
    } else {
      link.setAttribute("href", address);
      link.removeAttribute("title");
    }
  }
}

function completeAddress(href: string, base: string | null): string | null {
  const address = href.trim();
  if (address === "" || address.startsWith("#") || address.length > MAX_ADDRESS_LENGTH) return null;
  if (OUTSIDE_ADDRESS.test(address)) return URL.canParse(address) ? address : null;
  if (base === null || !URL.canParse(address, base)) return null;
  const complete = new URL(address, base).href;
  return OUTSIDE_ADDRESS.test(complete) ? complete : null;
}

/** Makes headings one line of plain text, in place. */
export function settleHeadings(page: HtmlElement): void {
  for (const heading of page.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
    for (const lineBreak of [...heading.querySelectorAll("br")]) lineBreak.replaceWith(" ");
    heading.textContent = heading.textContent.replaceAll(/\s+/gu, " ").trim();
  }
}

const LONG_PRE_LINES = 60;

/**
 * Makes preformatted text plain, in place: whole documents in a `<pre>` (laws, mail archives) become paragraphs, anything
 * shorter becomes bare code without the markup of highlighters.
 */
export function settlePreformatted(page: HtmlElement): void {
  for (const pre of page.querySelectorAll("pre")) {
    for (const lineBreak of [...pre.querySelectorAll("br")]) lineBreak.replaceWith("\n");
    const text = pre.textContent;
    const isCode = pre.querySelector("code") !== null || text.split("\n").length <= LONG_PRE_LINES;
    if (isCode) pre.innerHTML = `<code${codeClass(pre)}>${escapeHtml(text)}</code>`;
    else pre.replaceWith(...paragraphsOf(pre, text));
  }
}

function codeClass(pre: HtmlElement): string {
  const classes = `${pre.getAttribute("class")} ${pre.querySelector("code")?.getAttribute("class")}`;
  const language = /\b(?:language|lang|highlight-source)-([\w+#-]+)/u.exec(classes)?.[1];
  return language === undefined ? "" : ` class="language-${language}"`;
}

function paragraphsOf(pre: HtmlElement, text: string): HtmlElement[] {
  return text
    .split(/\n\s*\n/u)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const paragraph = pre.ownerDocument.createElement("p");
      paragraph.textContent = part.trim();
      return paragraph;
    });
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
