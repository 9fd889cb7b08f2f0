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

/** After one of these a slash begins a regular expression and is no division. */
const BEFORE_REGEX = /(^|[([{,;:=!&|?+\-*%~^<>]|\b(return|typeof|case|in|of|await|yield))$/;

/** Takes comments and the insides of strings out of the code; the code inside `${…}` stays. */
export function scanSource(text: string): Source {
  const strings: string[] = [];
  const keep = (string: string) => `"${strings.push(string) - 1}"`;
  /** For each template literal we are inside of: how many braces are open in its `${…}`. */
  const depths: number[] = [];
  let code = '';
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += Math.max(1, found.length);
    return found;
  };
  const takeTemplatePart = () => {
    const part = take(/[`}](?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y);
    code += keep(part.slice(1).replace(/(`|\$\{)$/, ''));
    if (!part.endsWith('${')) return;
    depths.push(0);
    code += '+(';
  };
  while (at < text.length) {
    const character = text[at] as string;
    const pair = text.slice(at, at + 2);
    if (pair === '//') take(/.*/y);
    else if (pair === '/*') take(/\/\*[^]*?\*\//y);
    else if (character === "'" || character === '"') code += keep(take(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y).slice(1, -1));
    else if (character === '`') takeTemplatePart();
    else if (character === '}' && depths.at(-1) === 0) {
      depths.pop();
      code += ')+';
      takeTemplatePart();
    } else if (character === '/' && BEFORE_REGEX.test(code.trimEnd())) {
      code += keep(take(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\/[a-z]*/y));
    } else {
      const open = depths.length - 1;
      if (character === '{' && open >= 0) depths[open] = (depths[open] ?? 0) + 1;
      if (character === '}' && open >= 0) depths[open] = (depths[open] ?? 0) - 1;
      code += character;
      at += 1;
    }
  }
  return { code, strings };
}

/** All imports of a source: static, of types, re-exports, dynamic, in types, and require. */
export function importsOf({ code, strings }: Source): Import[] {
  const literal = (number: string | undefined) => ({ from: number === undefined ? undefined : strings[Number(number)] });
  const declared = code.matchAll(/\b(?:import|export)\s[^;"()]*?\bfrom\s*"(\d+)"|\bimport\s*"(\d+)"/g);
  const called = code.matchAll(/\b(?:import|require(?:\.resolve)?)\s*\(\s*(?:"(\d+)"\s*[,)])?/g);
  return [...declared, ...called].map(([, first, second]) => literal(first ?? second));
}
