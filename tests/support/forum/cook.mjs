// Cooks posts as the forum does: the rules on the first line of stdin, then a post a line, each answered by its HTML.
import { createInterface } from "node:readline";
import markdownIt from "markdown-it";
import footnote from "markdown-it-footnote";

function parser({ tags, replacements, tlds }) {
  const md = markdownIt({ html: true, breaks: true, linkify: true, typographer: true }).use(footnote);
  md.linkify.tlds(tlds, true);
  const inline = new RegExp(`\\[/?(?:${tags})(?![a-z])[^\\]]*\\]`, "iy");
  const block = new RegExp(`^\\[(${tags})(?![a-z])[^\\]]*\\](?:\\s*|.*\\[/\\1\\]\\s*)$`, "i");
  const rules = replacements.map(([from, to]) => [new RegExp(from, "gim"), to]);

  md.inline.ruler.push("bbcode", (state, silent) => {
    inline.lastIndex = state.pos;
    const found = inline.exec(state.src);
    if (!found || inline.lastIndex > state.posMax) return false;
    if (!silent) state.push("bbcode", "", 0).content = found[0];
    state.pos = inline.lastIndex;
    return true;
  });
  md.block.ruler.after("fence", "bbcode", (state, first, _last, silent) => {
    const line = state.src.slice(state.bMarks[first] + state.tShift[first], state.eMarks[first]);
    if (!block.test(line)) return false;
    if (silent) return true;
    state.push("bbcode", "", 0).content = line;
    state.line = first + 1;
    return true;
  }, { alt: ["paragraph", "reference", "blockquote", "list"] });
  md.renderer.rules.bbcode = (tokens, place) => `<bbcode>${md.utils.escapeHtml(tokens[place].content)}</bbcode>`;
  md.core.ruler.at("replacements", (state) => {
    for (const token of state.tokens) {
      let automatic = 0;
      for (const child of token.children ?? []) {
        if (child.info === "auto") automatic += child.nesting;
        if (child.type !== "text" || automatic) continue;
        child.content = rules.reduce((text, [from, to]) => text.replace(from, to), child.content);
      }
    }
  });
  return md;
}

let md;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const given = JSON.parse(line);
  if (md) {
    process.stdout.write(`${JSON.stringify(md.render(given))}\n`);
  } else {
    md = parser(given);
  }
}
