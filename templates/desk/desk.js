// The editor's desk. The server holds the post. This script shows it, sends each change, and shows the answer.

const find = (id) => document.getElementById(id);

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter(Boolean));
  return element;
};

const key = (name) => make("kbd", { textContent: name.replace("ArrowUp", "↑").replace("ArrowDown", "↓") });
const link = (url, text) =>
  /^https?:/.test(url) ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer", textContent: text }) : text;
const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const KINDS = {
  improvement: "Improvement", bugfix: "Bug fix", documentation: "Documentation", tests_ci: "Tests and CI",
  dependencies: "Dependencies", housekeeping: "Housekeeping",
};
const NAMES = { introduction: "Introduction", highlight: "Highlight", addition: "Highlight", feature: "Feature", event: "Event", video: "Video" };
const LISTS = ["improvement", "bugfix"];
const WORDS = ["release note", "draft", "commits", "description", "writer"];

let state = null; // as the server sent it last
let facts = {}; // of each pull request, by its reference
let entries = new Map(); // what can be edited, by its key
let current = "introduction"; // the key of the selected entry
let marked = new Set(); // the keys of entries to merge
let form = null; // the open form
let dragged = null; // the key of the bullet that is dragged

// Requests -------------------------------------------------------------------------------------------------------------

const ask = async (name, body) => {
  const options = body === undefined
    ? { cache: "no-store" }
    : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(name, options);
    const isJson = answer.headers.get("content-type").startsWith("application/json");
    return { status: answer.status, value: isJson ? await answer.json() : { message: await answer.text() } };
  } catch {
    return { status: 0, value: { message: "weekly edit has stopped. Start it again; what you are writing stays on this page" } };
  }
};

const say = (message, isTrouble = false) => {
  find("status").textContent = message;
  find("status").classList.toggle("trouble", isTrouble);
};

// Commands run one after the other, so that each sees what the last one changed.
let queue = Promise.resolve();
let waiting = 0;
const run = (work) => {
  if (waiting === 0) find("body").ariaBusy = "true";
  waiting += 1;
  queue = queue.then(work).catch((error) => say(String(error), true)).finally(() => {
    waiting -= 1;
    if (waiting === 0) find("body").ariaBusy = "false";
  });
  return queue;
};

// Send a request that changes the notes. Return whether it did.
const change = async (done, name, body, wrong = (message) => say(message, true)) => {
  const { status, value } = await ask(name, body);
  if (status === 200) {
    show(value);
    say(`${done}. Saved to ${state.file}`);
    return true;
  }
  wrong(value.message);
  if (status === 409) {
    await refresh();
    const choice = await disagree(value, body.action !== undefined);
    if (choice === "mine") return change(done, name, { ...body, base: state.version }, wrong);
    if (choice === "theirs" && form) closeForm(true);
  }
  return false;
};

const act = (done, action, base = state.version, wrong = undefined) => change(done, "act", { base, action }, wrong);

const refresh = async () => {
  const { status, value } = await ask("state");
  if (status === 200) show(value);
  else say(value.message, true);
  return status === 200;
};

const follow = async () => {
  if (waiting > 0) return;
  const { status, value } = await ask("version");
  if (status === 0) say(value.message, true);
  if (status !== 200 || value === state.stamp || waiting > 0) return;
  const old = state.version;
  await run(async () => {
    if (!(await refresh()) || state.error) return;
    facts = (await ask("facts")).value;
    drawPanel();
    say(old === state.version ? "A file has changed. This is the post now" : `${state.file} has changed on disk. This is the post now`);
  });
};

// Drawing --------------------------------------------------------------------------------------------------------------

const show = (next) => {
  const old = entries.get(current);
  const index = keys().indexOf(current);
  const inPanel = find("panel").contains(document.activeElement) ? document.activeElement.id || "panel" : "";
  const typing = form && { at: document.activeElement, range: [document.activeElement.selectionStart, document.activeElement.selectionEnd] };
  form?.element.remove();
  state = next;
  entries = new Map([...state.body.entries, ...state.body.others].map((entry) => [entry.key, { is_shown: true, refs: [], text: "", ...entry }]));
  drawPost();
  drawOthers();
  drawBar();
  marked = new Set([...marked].filter((one) => entries.has(one)));
  if (!element(current)) current = successor(old, index);
  if (form) {
    place(form);
    if (form.element.contains(typing.at)) {
      typing.at.focus({ preventScroll: true });
      if (typing.range[0] !== null && typing.range[0] !== undefined) typing.at.setSelectionRange(...typing.range);
    }
  }
  select(current, !inPanel && !form && !find("dialog").open);
  if (inPanel && !form) (find(inPanel) ?? find("panel")).focus({ preventScroll: true }); // a late answer takes nobody's focus
};

// Return the entry that has what the old one had, else the one in its position.
const successor = (old, index) => {
  const same = keys().find((one) => old?.refs.some((ref) => entries.get(one).refs.includes(ref)));
  return same ?? keys()[Math.max(0, Math.min(index, keys().length - 1))];
};

const elements = () => [...document.querySelectorAll("[data-entry]")];
const keys = () => elements().map((one) => one.dataset.entry);
const element = (name) => elements().find((one) => one.dataset.entry === name);

const prepare = (part, entry) => {
  part.dataset.entry = entry.key;
  part.tabIndex = -1;
  part.classList.toggle("marked", marked.has(entry.key));
  if (entry.is_unsure) part.append(" ", make("span", { className: "unsure", textContent: "unsure" }));
  if (part.matches("li")) part.append(...part.querySelectorAll(":scope > .finding"));
  if (entry.type === "highlight" && entry.is_shown && part.matches("li")) {
    part.prepend(make("span", { className: "grip", draggable: true, ariaHidden: "true", textContent: "⠿", title: "Drag to move" }));
  }
};

const drawPost = () => {
  const body = find("body");
  body.innerHTML = state.body.html; // sanitised by the server
  for (const anchor of body.querySelectorAll("[data-bullet]")) {
    const entry = entries.get(anchor.dataset.bullet);
    const item = anchor.closest("li") ?? anchor.previousElementSibling?.closest("li"); // the editor's own HTML may end a bullet
    anchor.remove();
    if (entry && item && !item.dataset.entry) prepare(item, entry);
  }
  for (const region of body.querySelectorAll("div[data-key]")) {
    const entry = entries.get(region.dataset.key);
    if (entry) prepare(region, entry);
  }
  for (const anchor of body.querySelectorAll("a[href]")) anchor.target = "_blank";
  find("title").textContent = state.title;
};

// List what isn't in the post, and what a template of the project hides.
const drawOthers = () => {
  const shown = new Set([...find("body").querySelectorAll("[data-entry]")].map((one) => one.dataset.entry));
  const others = [...entries.values()].filter((entry) => !shown.has(entry.key));
  find("other-list").replaceChildren(...others.map((entry) => {
    const item = make("li", {}, entry.text, " ", make("span", { className: "muted", textContent: entry.why ?? "" }));
    prepare(item, entry);
    return item;
  }));
  find("others").hidden = others.length === 0;
};

const commandNamed = (name) => COMMANDS.find((one) => one.name === name);
const tool = (name, label, isOff = false) =>
  make("button", { type: "button", disabled: isOff, onclick: () => run(commandNamed(name).work) }, label, key(commandNamed(name).keys[0]));
const counted = (count, some, none, name) => {
  const button = count ? tool(name, some) : none;
  if (count) button.className = "count";
  return button;
};

const drawBar = () => {
  const unsure = [...entries.values()].filter((entry) => entry.is_unsure).length;
  const findings = state.body.findings ?? [];
  const length = state.limit
    ? `${state.length.toLocaleString("en")} of ${state.limit.toLocaleString("en")} characters`
    : plural(state.length, "character");
  find("count").replaceChildren(
    counted(unsure, `${unsure} unsure`, "nothing unsure", "Next unsure"), " · ",
    counted(findings.length, plural(findings.length, "finding"), "no findings", "Next finding"), " · ",
    length + (state.is_shortened ? ", shortened" : ""),
  );
  if (state.error) say(state.error, true);
  const loose = findings.filter((note) => !note.has_block).map((note) => note.finding.message + (note.finding.hint ? `; ${note.finding.hint}` : ""));
  const problems = [...state.problems, ...loose];
  find("problems").replaceChildren(...problems.map((problem) => make("li", { textContent: problem })));
  find("report").hidden = problems.length === 0;
  find("tools").replaceChildren(
    tool("Undo", "Undo", state.steps[0] === 0), tool("Redo", "Redo", state.steps[1] === 0), tool("Add …", "Add …"),
    tool("Search", "Search"), tool("Help", "Help"),
  );
};

const select = (name, isFocused = true) => {
  current = name;
  for (const one of elements()) {
    const isCurrent = one.dataset.entry === name;
    one.toggleAttribute("aria-current", isCurrent);
    if (isCurrent) one.setAttribute("aria-current", "true");
    one.tabIndex = isCurrent ? 0 : -1;
    if (isCurrent && isFocused) {
      one.focus({ preventScroll: true });
      one.scrollIntoView({ block: "nearest" });
    }
  }
  drawPanel();
};

// The panel: what is known of the selected entry, and what can be done with it -----------------------------------------

const drawPanel = () => {
  const entry = entries.get(current);
  const panel = find("panel");
  const top = panel.dataset.about === current ? panel.scrollTop : 0;
  panel.dataset.about = current;
  const toggle = make("button", {
    type: "button", className: "sheet-toggle", ariaExpanded: String(panel.classList.contains("open")),
    textContent: panel.classList.contains("open") ? "Less" : "More", onclick: () => openSheet(),
  });
  panel.replaceChildren(toggle, ...(entry ? panelOf(entry) : []));
  panel.scrollTop = top;
};

const openSheet = (isOpen = !find("panel").classList.contains("open")) => {
  find("panel").classList.toggle("open", isOpen);
  drawPanel();
};

const titleOf = (entry) => {
  if (entry.type !== "highlight") return NAMES[entry.type];
  if (!entry.is_shown) return "Not in the highlights";
  return `${entry.project}: ${entry.kind === "bugfix" ? "bug fix" : "improvement"} ${entry.place}`;
};

const panelOf = (entry) => {
  const buttons = COMMANDS.filter((command) => command.fits?.(entry)).map((command) =>
    make("button", { type: "button", onclick: () => run(command.work) }, command.label?.(entry) ?? command.name, key(command.keys[0])));
  const marks = [entry.is_unsure && "unsure", entry.is_edited && "edited by you"].filter(Boolean).join(", ");
  return [
    make("h2", {}, titleOf(entry), marks && make("span", { className: entry.is_unsure ? "unsure" : "muted", textContent: entry.is_unsure ? marks : ` ${marks}` })),
    make("div", { className: "commands" }, ...buttons),
    entry.type === "highlight" ? choicesOf(entry) : "",
    make("div", { className: "facts" }, ...wordsOf(entry), ...entry.refs.map(factOf)),
  ];
};

const choice = (label, id, options, value, choose) => {
  const changed = (select) => {
    select.blur(); // what is chosen takes the focus back to the entry
    return run(() => choose(select.value));
  };
  const chosen = make("select", { id, onchange: (event) => changed(event.target) },
    ...Object.entries(options).map(([name, text]) => new Option(text, name, name === value, name === value)));
  return [make("label", { htmlFor: id, textContent: label }), chosen];
};

const choicesOf = (entry) => {
  const projects = Object.fromEntries(state.projects.map((name) => [name, name]));
  const kinds = choice("Kind", "kind", KINDS, entry.kind, (kind) => setKind(entry, kind));
  const project = entry.is_shown
    ? choice("Project", "project", projects, entry.project, (name) => act("Moved", { action: "set_project", target: entry.target, project: name }))
    : [];
  return make("div", { className: "choices" }, ...kinds, ...project);
};

const wordsFor = (entry, source) => entry.refs.map((ref) => facts[ref]?.words[source] ?? "").filter(Boolean).join(" ");

const wordsOf = (entry) => {
  if (entry.type === "introduction") return [make("h3", { textContent: "Draft" }), make("p", { textContent: state.introduction })];
  const known = WORDS.map((source, index) => [source, index + 1, wordsFor(entry, source)]).filter(([, , text]) => text);
  if (!known.length) return [];
  return [make("h3", { textContent: "Words to take" }), make("div", { className: "words" }, ...known.map(([source, number, text]) =>
    make("button", { type: "button", onclick: () => run(() => take(source)) }, make("b", { textContent: source }), key(String(number)), " ", text)))];
};

const folded = (name, isOpen, ...children) => make("details", { open: isOpen }, make("summary", { textContent: name }), ...children);

const factOf = (ref) => {
  const pull = facts[ref];
  if (!pull) return make("p", { textContent: ref });
  const about = state.body.explanations[ref];
  const list = (rows) => make("ul", {}, ...rows.map((row) => make("li", {}, ...row)));
  return make("div", { className: "fact" },
    make("p", {}, link(pull.url, ref), ` ${pull.title}`),
    make("p", { className: "muted" }, `by ${pull.author}`, pull.labels.length ? ` · ${pull.labels.join(", ")}` : ""),
    about && make("p", {}, `${KINDS[about.kind]}: ${about.reason}`, about.sure ? "" : ` ${Math.round(about.confidence * 100)} % sure.`),
    pull.closes.length && make("p", {}, `Closes ${pull.closes.map((issue) => `#${issue.number} ${issue.title ?? ""}${issue.reporter ? `, reported by ${issue.reporter.login}` : ""}`).join(", ")}`),
    about?.remarks.length ? make("p", { textContent: about.remarks.join("; ") }) : "",
    about?.editor.length ? folded("What you changed", false, list(about.editor.map((text) => [text]))) : "",
    pull.description.trim() && folded("Description", true, make("p", { className: "written", textContent: pull.description.trim() })),
    pull.commits.length && folded(plural(pull.commits.length, "commit"), !pull.description.trim(), list(pull.commits.map((commit) =>
      [commit.subject, commit.body ? make("p", { className: "written muted", textContent: commit.body.trim() }) : ""]))),
    pull.files.length && folded(plural(pull.files.length, "file"), false, list(pull.files.map((file) =>
      [make("code", { textContent: file.path }), ` +${file.additions ?? 0} −${file.deletions ?? 0}`]))),
  );
};

// What commands do -----------------------------------------------------------------------------------------------------

const entryNow = () => entries.get(current);
const listOf = (project, kind) =>
  [...entries.values()].filter((entry) => entry.type === "highlight" && entry.is_shown && entry.project === project && entry.kind === kind);

const step = (by) => {
  const all = keys();
  select(all[Math.max(0, Math.min(all.indexOf(current) + by, all.length - 1))]);
};

const neighbour = () => {
  const all = keys().filter((one) => entries.get(one).is_shown || one === current);
  const index = all.indexOf(current);
  return all[index + 1] ?? all[index - 1] ?? current;
};

const setKind = async (entry, kind) => {
  const next = LISTS.includes(kind) ? current : neighbour();
  const isDone = await act(`Kind: ${KINDS[kind].toLowerCase()}`, { action: "set_kind", target: entry.target, kind });
  if (isDone && !element(current)?.closest("#body")) select(next);
};

const setShown = async () => {
  const entry = entryNow();
  const next = neighbour();
  const isShown = !entry.is_shown;
  const action = entry.type === "video"
    ? { action: "set_video", ...videoOf(entry.fields), shown: isShown }
    : { action: "set_shown", target: entry.target, shown: isShown };
  if (await act(isShown ? "Shown" : "Hidden", action)) select(isShown ? current : element(next) ? next : current);
};

const confirmKind = () => {
  const entry = entryNow();
  if (entry.is_shown) return setKind(entry, entry.kind);
  return act("Left out", { action: "set_shown", target: entry.target, shown: false });
};

const move = async (by) => {
  const entry = entryNow();
  const lists = state.projects.flatMap((project) => LISTS.map((kind) => [project, kind]));
  const index = lists.findIndex(([project, kind]) => project === entry.project && kind === entry.kind);
  let [project, kind] = lists[index] ?? [];
  let position = entry.place + by;
  if (position < 1 || position > listOf(project, kind).length) {
    if (!lists[index + by]) return;
    [project, kind] = lists[index + by];
    position = by > 0 ? 1 : listOf(project, kind).length + 1;
  }
  await act(`Moved to ${project}, ${KINDS[kind].toLowerCase()} ${position}`, { action: "move", target: entry.target, project, kind, place: position });
};

const drop = (name, onto, isBelow) => {
  const entry = entries.get(name);
  const goal = entries.get(onto);
  if (!goal?.is_shown || name === onto || goal.type !== "highlight") return;
  const rest = listOf(goal.project, goal.kind).filter((one) => one.key !== name);
  const position = rest.findIndex((one) => one.key === onto) + 1 + (isBelow ? 1 : 0);
  current = name;
  return act("Moved", { action: "move", target: entry.target, project: goal.project, kind: goal.kind, place: position });
};

const take = async (source) => {
  const entry = entryNow();
  const text = wordsFor(entry, source);
  if (!text) return say(`There are no words: ${source}`);
  if (form?.entry.key === current) {
    const area = form.element.querySelector("textarea");
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    return undefined;
  }
  if (!entry.target) return say("Edit it first, then take words into the form");
  const usual = wordsFor(entry, "writer") ? "writer" : "draft";
  await act(`Took the words: ${source}`, { action: "set_text", target: entry.target, text: source === usual ? null : text });
};

// Merge the marked bullets into the selected one, or the selected one into the one above.
const merge = async () => {
  const entry = entryNow();
  const others = [...marked].filter((one) => one !== current).map((one) => entries.get(one));
  const above = listOf(entry.project, entry.kind).find((one) => one.place === entry.place - 1);
  const parts = others.length ? [entry, ...others] : above ? [above, entry] : [];
  if (parts.some((one) => one.refs.length === 0)) return say("Only bullets with pull requests can be merged");
  if (parts.length < 2) return say("Mark the bullets to merge with x, or select one that stands below another");
  const text = parts.map((one) => one.text).join(" ");
  marked.clear();
  if (await act(`Merged ${parts.length} bullets`, { action: "merge", targets: parts.map((one) => one.target), text })) edit();
};

const mark = () => {
  if (!marked.delete(current)) marked.add(current);
  element(current).classList.toggle("marked", marked.has(current));
  say(marked.size ? `${plural(marked.size, "bullet")} marked` : "No bullet marked");
};

const isDrafted = (entry) => entry.type === "introduction" || (entry.type === "highlight" && entry.refs.length > 0);

const remove = async () => {
  const { type, fields, target } = entryNow();
  const actions = {
    feature: { action: "set_feature", index: fields?.index, heading: "", text: "", documentation: "", pulls: [] },
    event: { action: "set_event", index: fields?.index, title: "" },
    highlight: { action: "reset", target },
    introduction: { action: "set_introduction", text: null },
  };
  await act(isDrafted(entryNow()) ? "Back to the draft" : "Removed", actions[type]);
};

const seek = (fits, nothing, by = 1) => {
  const all = keys();
  const from = all.indexOf(current);
  const order = all.map((_, index) => all[(from + by * (index + 1) + all.length * 2) % all.length]);
  const found = order.find((one) => fits(entries.get(one)));
  if (found === undefined) return say(nothing);
  select(found);
};

let seen = { text: "", index: 0 }; // the finding that was shown last
const seekFinding = () => {
  const notes = [...document.querySelectorAll("#problems li, #body .finding")];
  if (!notes.length) return say("No findings");
  const texts = notes.map((note) => note.textContent);
  const last = texts.indexOf(seen.text);
  const index = (last < 0 ? seen.index : last + 1) % notes.length; // the last one may have been corrected
  seen = { text: texts[index], index };
  const next = notes[index];
  const owner = next.closest("[data-entry]");
  if (owner) select(owner.dataset.entry);
  else {
    next.tabIndex = -1;
    next.focus();
  }
  say(next.textContent.replace(/\s+/g, " ").trim());
};

const back = (name) => () => change(name === "undo" ? "Undone" : "Redone", name, {});

// Forms ----------------------------------------------------------------------------------------------------------------

const refsIn = (text) => text.split(/[\s,]+/).filter(Boolean);
const videoOf = ({ url, text = "", by = "" }) => ({ url, text, by: by || null });
const FIELDS = {
  introduction: [{ name: "text", label: "Introduction, in Markdown", isLong: true }],
  highlight: [{ name: "text", label: "Sentence, in Markdown", isLong: true }],
  addition: [
    { name: "project", label: "Project", options: () => state.projects.map((name) => [name, name]) },
    { name: "kind", label: "Kind", options: () => LISTS.map((kind) => [kind, KINDS[kind]]) },
    { name: "text", label: "Sentence, in Markdown", isLong: true, isFirst: true },
  ],
  feature: [
    { name: "heading", label: "Heading" },
    { name: "text", label: "Text, in Markdown", isLong: true },
    { name: "documentation", label: "Address of the documentation" },
    { name: "pulls", label: "Pull requests, such as canonical/lxd#11514" },
  ],
  event: [
    { name: "title", label: "Title" },
    { name: "first_day", label: "First day", type: "date" }, { name: "last_day", label: "Last day, if another", type: "date" },
    { name: "time", label: "Time and zone" }, { name: "place", label: "Place" }, { name: "url", label: "Address of its page" },
  ],
  video: [{ name: "url", label: "Address" }, { name: "text", label: "Words about it, in Markdown", isLong: true }, { name: "by", label: "By, if not the usual author" }],
};
const SENDS = {
  introduction: (values) => ({ action: "set_introduction", text: values.text.trim() || null }),
  highlight: (values, entry) => ({ action: "set_text", target: entry.target, text: values.text.trim() || null }),
  addition: (values) => ({ action: "add_highlight", project: values.project, kind: values.kind, text: values.text.trim() }),
  feature: (values, entry) => ({ action: "set_feature", index: entry.fields?.index ?? null, ...values, pulls: refsIn(values.pulls) }),
  event: (values, entry) => ({
    action: "set_event", index: entry.fields?.index ?? null, ...values, first_day: values.first_day || null, last_day: values.last_day || null,
  }),
  video: (values) => ({ action: "set_video", ...videoOf(values), shown: true }),
};

const edit = () => {
  const entry = entryNow();
  if (entry.type === "highlight" && !entry.is_shown) return setShown();
  const values = entry.fields ? { ...entry.fields, pulls: (entry.fields.pulls ?? []).join(", ") } : { text: entry.text };
  openForm(entry.type, entry, values);
};

const add = (type) => {
  const entry = entryNow();
  const values = {
    addition: { project: entry.project || state.projects[0], kind: LISTS.includes(entry.kind) ? entry.kind : LISTS[0] },
    feature: { pulls: entry.is_shown ? entry.refs.join(", ") : "", text: entry.refs.length ? entry.text : "" },
  };
  openForm(type, { key: "" }, values[type] ?? {});
};

const fieldOf = (field, values) => {
  const value = values[field.name] ?? "";
  const control = field.options
    ? make("select", {}, ...field.options().map(([name, text]) => new Option(text, name, name === value, name === value)))
    : field.isLong ? make("textarea", { value, rows: 3, spellcheck: true }) : make("input", { value, type: field.type ?? "text" });
  control.name = field.name;
  return make("label", {}, make("span", { textContent: field.label }), control);
};

const openForm = (type, entry, values) => {
  closeForm();
  const fields = FIELDS[type].map((field) => fieldOf(field, values));
  const wrong = make("p", { className: "wrong", role: "alert" });
  const rendered = make("div", { className: "rendered cooked" });
  const rows = [];
  fields.forEach((field, index) => {
    const isLong = FIELDS[type][index].isLong;
    if (isLong || rows.at(-1)?.className !== "row") rows.push(make("div", { className: isLong ? "" : "row" }));
    rows.at(-1).append(field, ...(isLong ? [rendered] : []));
  });
  const node = make("form", { className: "editor", ariaLabel: NAMES[type] },
    ...rows,
    make("p", { className: "editor-tools" },
      make("button", { className: "save" }, "Save", key("Ctrl+Enter")), make("button", { type: "button", onclick: () => closeForm(true) }, "Cancel", key("Esc"))),
    wrong);
  form = { type, entry, element: node, base: state.version, after: current, wrong };
  node.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  node.addEventListener("input", () => render(node, rendered));
  place(form);
  form.old = JSON.stringify(valuesOf(node));
  render(node, rendered);
  const first = node.querySelector(type === "addition" ? "textarea" : "input, textarea");
  first.focus();
  if (entry.key) first.select();
  node.scrollIntoView({ block: "nearest" });
};

// Put a form in the place of its entry, or below the selected one.
const place = ({ entry, element: node, after }) => {
  const part = entry.key ? element(entry.key) : undefined;
  if (part) {
    for (const child of [...part.childNodes]) if (!/^H\d$/.test(child.nodeName)) child.remove();
    part.append(node);
    return;
  }
  let anchor = element(after);
  while (anchor && anchor.parentElement !== find("body")) anchor = anchor.parentElement;
  if (anchor) anchor.after(node);
  else find("body").prepend(node);
};

const valuesOf = (node) => Object.fromEntries([...new FormData(node)].map(([name, value]) => [name, String(value)]));

let renders = 0;
const render = async (node, rendered) => {
  const text = node.querySelector("textarea")?.value;
  if (text === undefined) return;
  const number = (renders += 1);
  await new Promise((resolve) => setTimeout(resolve, 80));
  if (number !== renders) return;
  const { status, value } = await ask("render", { text });
  if (status === 200 && number === renders) rendered.innerHTML = value; // sanitised by the server
};

const save = () => run(async () => {
  if (!form) return;
  const { type, entry, element: node, base, old, wrong } = form;
  const values = valuesOf(node);
  if (JSON.stringify(values) === old && entry.key) return closeForm(true);
  const opened = form;
  const isDone = await act(entry.key ? "Changed" : "Added", SENDS[type](values, entry), base, (message) => { wrong.textContent = message; });
  if (isDone && form === opened) closeForm(true);
});

const closeForm = (isDrawn = false) => {
  if (!form) return;
  form.element.remove();
  form = null;
  if (isDrawn) {
    show(state);
    select(current);
  }
};

// Dialogs --------------------------------------------------------------------------------------------------------------

const openDialog = (heading, ...children) => {
  const dialog = find("dialog");
  dialog.replaceChildren(make("h2", { id: "dialog-heading", textContent: heading }), ...children);
  dialog.onclose = () => { if (!form) select(current); };
  dialog.showModal();
  return dialog;
};

const openHelp = () => openDialog("Commands",
  make("dl", { className: "help" }, ...COMMANDS.map((command) => make("div", {},
    make("dt", {}, ...command.keys.map((name) => key(name))), make("dd", { textContent: command.about ?? command.name })))),
  make("p", { className: "muted", textContent: "With a mouse: click a part to select it, double-click to edit it, drag a bullet by its handle. The commands for the selected part are next to the post." }),
  make("button", { type: "button", onclick: () => find("dialog").close() }, "Close", key("Esc")));

const ADDITIONS = { h: ["Highlight", "addition"], f: ["Feature section", "feature"], e: ["Event", "event"], v: ["Video", "video"] };
const openAdd = () => {
  const choose = (type) => { find("dialog").close(); add(type); };
  const dialog = openDialog("Add", make("div", { className: "menu" }, ...Object.entries(ADDITIONS).map(([letter, [name, type]]) =>
    make("button", { type: "button", onclick: () => choose(type) }, name, key(letter)))));
  dialog.onkeydown = (event) => {
    const addition = ADDITIONS[event.key];
    if (addition && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      choose(addition[1]);
    }
  };
};

const openSearch = () => {
  const results = make("ul");
  const input = make("input", { type: "search", ariaLabel: "Search in bullets, titles, descriptions and commits" });
  const choose = (name) => { find("dialog").close(); select(name); };
  const draw = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? keys().map((one) => entries.get(one)).filter((entry) => words.every((word) => contentOf(entry).includes(word))) : [];
    results.replaceChildren(...found.slice(0, 30).map((entry) =>
      make("li", {}, make("button", { type: "button", onclick: () => choose(entry.key) }, entry.text, " ", make("span", { className: "muted", textContent: entry.refs.join(", ") })))));
  };
  input.oninput = draw;
  const dialog = openDialog("Search", make("div", { className: "search" }, input, results));
  dialog.onkeydown = (event) => {
    const buttons = [...results.querySelectorAll("button")];
    const index = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown") (buttons[index + 1] ?? buttons[index] ?? input).focus();
    else if (event.key === "ArrowUp") (buttons[index - 1] ?? input).focus();
    else if (event.key === "Enter" && index < 0) buttons[0]?.click();
    else return;
    event.preventDefault();
  };
  input.focus();
};

const contentOf = (entry) =>
  [entry.text, ...entry.refs.flatMap((ref) => [ref, facts[ref]?.title, facts[ref]?.description, ...(facts[ref]?.commits ?? []).map((commit) => commit.subject)])]
    .join("\n").toLowerCase();

// Show what somebody else changed. Return whose change wins, or nothing where that stays open.
const disagree = ({ message, changes }, isAction) => new Promise((resolve) => {
  const choose = (answer) => () => { resolve(answer); find("dialog").close(); };
  const dialog = openDialog("Somebody else changed this",
    make("p", { textContent: message }), make("pre", { className: "changes", tabIndex: 0, textContent: changes }),
    make("p", { className: "editor-tools" },
      isAction && make("button", { type: "button", onclick: choose("mine") }, "Use mine"),
      make("button", { type: "button", onclick: choose("theirs") }, isAction ? "Keep theirs" : "Close")));
  dialog.addEventListener("close", () => resolve(""), { once: true });
});

// Commands -------------------------------------------------------------------------------------------------------------

const isBullet = (entry) => entry.type === "highlight" && entry.is_shown;
const COMMANDS = [
  { name: "Edit", keys: ["Enter", "e"], about: "Edit the selected part; Ctrl+Enter saves, Esc cancels", fits: (entry) => entry.is_shown, work: () => edit() },
  {
    name: "Hide", keys: ["h"], about: "Hide or show", label: (entry) => (entry.is_shown ? "Hide" : "Show"),
    fits: (entry) => entry.type === "highlight" || entry.type === "video", work: setShown,
  },
  { name: "Move up", keys: ["Alt+ArrowUp"], about: "Move up, into the list above at the top", label: () => "Up", fits: isBullet, work: () => move(-1) },
  { name: "Move down", keys: ["Alt+ArrowDown"], about: "Move down, into the list below at the end", label: () => "Down", fits: isBullet, work: () => move(1) },
  { name: "Merge", keys: ["m"], about: "Merge with the bullet above, or with the marked ones", fits: isBullet, work: merge },
  { name: "Mark", keys: ["x"], about: "Mark for merging", fits: isBullet, work: mark },
  { name: "Split", keys: ["s"], about: "Split into one bullet for each pull request", fits: (entry) => isBullet(entry) && entry.refs.length > 1, work: () => act("Split", { action: "split", target: entryNow().target }) },
  {
    name: "Other kind", keys: ["b"], about: "Turn an improvement into a bug fix, and the other way round",
    label: (entry) => (entry.kind === "bugfix" ? "Improvement" : "Bug fix"), fits: isBullet,
    work: () => setKind(entryNow(), entryNow().kind === "bugfix" ? "improvement" : "bugfix"),
  },
  {
    name: "Confirm", keys: ["c"], about: "Confirm the kind of an unsure bullet, or leave an unsure change out",
    label: (entry) => (entry.is_shown ? "Confirm" : "Leave out"), fits: (entry) => entry.is_unsure, work: confirmKind,
  },
  { name: "Remove", keys: ["d"], about: "Back to the draft, or remove what you added", label: (entry) => (isDrafted(entry) ? "Back to the draft" : "Remove"), fits: (entry) => entry.is_edited && entry.type !== "video", work: remove },
  ...WORDS.map((source, index) => ({ name: `Take: ${source}`, keys: [String(index + 1)], about: `Take the words: ${source}`, work: () => take(source) })),
  { name: "Project", keys: ["p"], about: "Choose another project", work: () => find("project")?.focus() },
  { name: "Kind", keys: ["t"], about: "Choose another kind", work: () => find("kind")?.focus() },
  { name: "Facts", keys: ["i"], about: "Go to the facts and back with Esc", work: () => { openSheet(true); find("panel").focus(); } },
  { name: "Next", keys: ["j", "ArrowDown"], about: "Next part", work: () => step(1) },
  { name: "Previous", keys: ["k", "ArrowUp"], about: "Previous part", work: () => step(-1) },
  { name: "First", keys: ["Home"], about: "First part", work: () => step(-Infinity) },
  { name: "Next unsure", keys: ["n"], work: () => seek((entry) => entry.is_unsure, "Nothing is unsure") },
  { name: "Previous unsure", keys: ["N"], work: () => seek((entry) => entry.is_unsure, "Nothing is unsure", -1) },
  { name: "Next finding", keys: ["f"], work: seekFinding },
  { name: "Undo", keys: ["u", "Ctrl+z"], work: back("undo") },
  { name: "Redo", keys: ["U", "Ctrl+Z", "Ctrl+y"], work: back("redo") },
  { name: "Add …", keys: ["a"], about: "Add a highlight, a feature section, an event or a video", work: openAdd },
  { name: "Search", keys: ["/"], work: openSearch },
  { name: "Help", keys: ["?"], about: "Show this list", work: openHelp },
];

const pressed = (event) => `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.key}`;

document.addEventListener("keydown", (event) => {
  if (find("dialog").open || event.isComposing || event.defaultPrevented) return;
  const isInForm = form?.element.contains(event.target);
  if (isInForm && pressed(event) === "Ctrl+Enter") save();
  else if (event.key === "Escape") isInForm ? closeForm(true) : leave();
  else if (isInForm || event.target.matches("input, textarea, select, a, summary") || (event.target.matches("button") && event.key === "Enter")) return;
  else if (event.target === find("panel") && /^Arrow/.test(event.key) && !event.altKey) return;
  else {
    const command = COMMANDS.find((one) => one.keys.includes(pressed(event)));
    if (!command || !state) return;
    if (waiting === 0 && command.name === "Edit") command.work();
    else run(command.work);
  }
  event.preventDefault();
});

const leave = () => {
  openSheet(false);
  marked.clear();
  for (const one of elements()) one.classList.remove("marked");
  select(current);
};

// The mouse ------------------------------------------------------------------------------------------------------------

const entryAt = (target) => target.closest?.("[data-entry]")?.dataset.entry;

document.addEventListener("click", (event) => {
  if (event.target.closest("a, button, form, dialog, aside")) return;
  const bullet = event.target.closest("li")?.querySelector("[data-refs]")?.dataset.refs.split(" ") ?? [];
  const name = entryAt(event.target) ?? keys().find((one) => entries.get(one).refs.some((ref) => bullet.includes(ref)));
  if (name) select(name, entryAt(event.target) !== undefined);
});
document.addEventListener("dblclick", (event) => {
  if (!event.target.closest("a, button, form, dialog, aside") && entryAt(event.target)) edit();
});
document.addEventListener("dragstart", (event) => {
  dragged = event.target.matches?.(".grip") ? entryAt(event.target) : null;
  if (dragged) event.dataTransfer.setData("text/plain", "");
});
const clearDrop = () => document.querySelectorAll(".drop-above, .drop-below").forEach((one) => one.classList.remove("drop-above", "drop-below"));
const half = (event, part) => event.clientY > part.getBoundingClientRect().top + part.offsetHeight / 2;
document.addEventListener("dragover", (event) => {
  clearDrop();
  const part = event.target.closest?.("li[data-entry]");
  if (!dragged || !part || !isBullet(entries.get(part.dataset.entry))) return;
  event.preventDefault();
  part.classList.add(half(event, part) ? "drop-below" : "drop-above");
});
document.addEventListener("drop", (event) => {
  const part = event.target.closest?.("li[data-entry]");
  const name = dragged;
  clearDrop();
  if (!name || !part) return;
  event.preventDefault();
  const isBelow = half(event, part);
  run(() => drop(name, part.dataset.entry, isBelow));
});
document.addEventListener("dragend", () => { dragged = null; clearDrop(); });

addEventListener("beforeunload", (event) => {
  if (form && JSON.stringify(valuesOf(form.element)) !== form.old) event.preventDefault();
});

// Begin ----------------------------------------------------------------------------------------------------------------

run(async () => {
  const [first, known] = await Promise.all([ask("state"), ask("facts")]);
  if (first.status !== 200) return say(first.value.message, true);
  facts = known.value;
  show(first.value);
  if (!state.error) say(`${state.body.entries.some((entry) => entry.is_edited) ? "Saved" : "What you change is saved"} to ${state.file}`);
  setInterval(follow, 1000);
});
