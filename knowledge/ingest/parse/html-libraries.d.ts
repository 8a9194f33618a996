// The part of three libraries that reading HTML needs. Their own types lean on TypeScript's DOM library, which would
// put browser globals into every file of the project, or do not exist.

declare module "linkedom" {
  interface HtmlNode {
    readonly nodeType: number;
    textContent: string;
    remove(): void;
  }
  interface HtmlParent extends HtmlNode {
    querySelector(selector: string): HtmlElement | null;
    querySelectorAll(selector: string): Iterable<HtmlElement>;
  }
  interface HtmlElement extends HtmlParent {
    readonly tagName: string;
    readonly ownerDocument: HtmlDocument;
    readonly firstElementChild: HtmlElement | null;
    readonly children: Iterable<HtmlElement>;
    readonly childNodes: Iterable<HtmlNode>;
    innerHTML: string;
    getAttribute(name: string): string | null;
    setAttribute(name: string, value: string): void;
    removeAttribute(name: string): void;
    append(...nodes: readonly (HtmlNode | string)[]): void;
    replaceWith(...nodes: readonly (HtmlNode | string)[]): void;
  }
  interface HtmlDocument extends HtmlParent {
    readonly documentElement: HtmlElement | null;
    readonly body: HtmlElement | null;
    readonly head: HtmlElement | null;
    createElement(tagName: string): HtmlElement;
    cloneNode(isDeep: boolean): HtmlDocument;
  }
  interface XmlDocument extends HtmlParent {
    readonly nodeType: number;
  }
  class DOMParser {
    parseFromString(xml: string, type: "text/xml"): XmlDocument;
  }
  function parseHTML(html: string): { readonly document: HtmlDocument };
}

declare module "@mozilla/readability" {
  import type { HtmlDocument } from "linkedom";

  class Readability {
    constructor(
      document: HtmlDocument,
      options: { readonly disableJSONLD: boolean; readonly keepClasses: boolean },
    );
    parse(): {
      readonly title: string | null | undefined;
      readonly content: string | null | undefined;
      readonly textContent: string | null | undefined;
    } | null;
  }
}

declare module "turndown" {
  import type { HtmlElement } from "linkedom";

  class TurndownService {
    constructor(options: {
      readonly headingStyle: "atx";
      readonly codeBlockStyle: "fenced";
      readonly bulletListMarker: "-";
      readonly emDelimiter: "*";
    });
    escape: (text: string) => string;
    turndown(element: HtmlElement): string;
  }
  // biome-ignore lint/style/noDefaultExport: it is what the library has
  export default TurndownService;
}
