/** A TypeScript source taken apart: what runs, without comments, and the strings it holds. */
export interface Source {
  /** The code; each string literal is replaced by `"n"`, its number in `strings`. */
  readonly code: string;
  readonly strings: readonly string[];
}

export interface Import {
  /** As written, or undefined where it is computed. */
  readonly from: string | undefined;
}

/** Takes comments and the insides of strings out of the code; the code inside `${…}` stays. */
export function scanSource(text: string): Source {
  return new Scanner(text).scan();
}

/** After one of these a slash begins a regular expression and is no division. */
const BEFORE_REGEX = /(^|[([{,;:=!&|?+\-*%~^<>]|\b(return|typeof|case|in|of|await|yield))$/;
const TOKEN =
  /(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(?<regex>\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\/[a-z]*)|[\s\S]/y;
/** From a backtick, or the brace that ends a `${…}`, to the next of them. */
const TEMPLATE_PART = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y;

class Scanner {
  private readonly strings: string[] = [];
  /** For each template literal we are inside of: how many braces are open in its `${…}`. */
  private readonly depths: number[] = [];
  private code = '';
  private at = 0;

  constructor(private readonly text: string) {}

  scan(): Source {
    while (this.at < this.text.length) this.step();
    return { code: this.code, strings: this.strings };
  }

  private step(): void {
    const start = this.at;
    const { token, groups } = this.take(TOKEN);
    if (groups.comment) return;
    if (groups.string) this.keep(token.slice(1, -1));
    else if (groups.regex && BEFORE_REGEX.test(this.code.trimEnd())) this.keep(token);
    else this.character(token[0] ?? '', start);
  }

  private character(character: string, start: number): void {
    this.at = start + 1;
    const depth = this.depths.at(-1);
    if (character === '`' || (character === '}' && depth === 0)) {
      this.at = start;
      this.templatePart(character);
      return;
    }
    if (depth !== undefined) this.depths[this.depths.length - 1] = depth + ({ '{': 1, '}': -1 }[character] ?? 0);
    this.code += character;
  }

  private templatePart(opening: string): void {
    if (opening === '}') {
      this.depths.pop();
      this.code += ')+';
    }
    const { token } = this.take(TEMPLATE_PART);
    this.keep(token.slice(1).replace(/(`|\$\{)$/, ''));
    if (!token.endsWith('${')) return;
    this.depths.push(0);
    this.code += '+(';
  }

  private take(pattern: RegExp): { token: string; groups: Record<string, string | undefined> } {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += Math.max(1, found?.[0].length ?? 1);
    return { token: found?.[0] ?? '', groups: found?.groups ?? {} };
  }

  private keep(string: string): void {
    this.code += `"${this.strings.push(string) - 1}"`;
  }
}

/** All imports of a source: static, of types, re-exports, dynamic, in types, and require. */
export function importsOf({ code, strings }: Source): Import[] {
  const literal = (number: string | undefined) => ({
    from: number === undefined ? undefined : strings[Number(number)],
  });
  const declared = code.matchAll(/\b(?:import|export)\s[^;"()]*?\bfrom\s*"(\d+)"|\bimport\s*"(\d+)"/g);
  const called = code.matchAll(/\b(?:import|require(?:\.resolve)?)\s*\(\s*(?:"(\d+)"\s*[,)])?/g);
  return [...declared, ...called].map(([, first, second]) => literal(first ?? second));
}

const DECLARED =
  /\bexport\s+(?:(?:declare|default|abstract|async)\s+)*(?:function\b\s*\*?|class|const\s+enum|const|let|var|type|interface|enum|namespace)\s*(?!extends\b)([\w$]+)/g;
/** `export { a, b as c }` of what the file itself declares. */
const LISTED = /\bexport\s+(?:type\s+)?\{([^{}]*)\}(?!\s*from\b)/g;
const IMPORTED = /\bimport\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{([^{}]*)\}\s*from\b/g;

/** The names that a source exports and defines itself, each once; those that it only passes on are no definitions. */
export function exportsOf({ code }: Source): Set<string> {
  const imported = new Set([...code.matchAll(IMPORTED)].flatMap(([, list = '']) => namesIn(list, 'last')));
  const declared = [...code.matchAll(DECLARED)].map(([, name = '']) => name);
  const listed = [...code.matchAll(LISTED)].flatMap(([, list = '']) => {
    const names = namesIn(list, 'last');
    return namesIn(list, 'first').flatMap((own, at) => (imported.has(own) ? [] : (names[at] ?? [])));
  });
  return new Set([...declared, ...listed]);
}

/** Of `type a, b as c`: the first names `a` and `b`, or the last `a` and `c`. */
function namesIn(list: string, which: 'first' | 'last'): string[] {
  const items = list.split(',').map((item) => item.trim().replace(/^type\s+/, ''));
  return items.filter((item) => item !== '').map((item) => item.split(/\s+as\s+/).at(which === 'first' ? 0 : -1) ?? '');
}
