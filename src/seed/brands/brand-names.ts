interface Form {
  readonly slug: string;
  /** Sticky: it matches only at `lastIndex`. */
  readonly pattern: RegExp;
}

/** Finds the brands that a text names as whole words. News texts are long, so one pass for all brands finds where a name may begin. */
export class BrandNames {
  /** By their first letter. */
  private readonly forms: ReadonlyMap<string, readonly Form[]>;
  private readonly anyForm: RegExp;

  constructor(brands: ReadonlyArray<{ readonly slug: string; readonly surfaceForms: readonly string[] }>) {
    const forms = brands.flatMap(({ slug, surfaceForms }) =>
      surfaceForms.map((form) => ({ slug, letter: firstLetter(form), pattern: wholeWord(form) })),
    );
    const letters = new Set(forms.map(({ letter }) => letter));
    this.forms = new Map([...letters].map((first) => [first, forms.filter(({ letter }) => letter === first)]));
    const literals = brands.flatMap(({ surfaceForms }) => surfaceForms.map(toLiteral));
    this.anyForm = new RegExp(literals.length > 0 ? literals.join('|') : '(?!)', 'giu');
  }

  /** Slugs of the brands. */
  namedIn(text: string): ReadonlySet<string> {
    const composed = text.normalize('NFC');
    const named = new Set<string>();
    this.anyForm.lastIndex = 0;
    for (let found = this.anyForm.exec(composed); found; found = this.anyForm.exec(composed)) {
      for (const { slug, pattern } of this.forms.get(firstLetter(found[0])) ?? []) {
        pattern.lastIndex = found.index;
        if (!named.has(slug) && pattern.test(composed)) named.add(slug);
      }
      // The next search begins inside this name, since another name may begin there.
      this.anyForm.lastIndex = found.index + ((composed.codePointAt(found.index) ?? 0) > 0xffff ? 2 : 1);
    }
    return named;
  }
}

/** Upper case, since the pattern ignores case too. */
function firstLetter(text: string): string {
  return text.normalize('NFC').toUpperCase().charAt(0);
}

// Short names must have the right case, since "ford" is also a verb and "vw" also a unit. Longer names match in any case.
function wholeWord(form: string): RegExp {
  const pattern = `(?<![\\p{L}\\p{M}\\p{N}_])${toLiteral(form)}(?![\\p{L}\\p{M}\\p{N}_])`;
  return new RegExp(pattern, form.length <= 4 ? 'uy' : 'iuy');
}

function toLiteral(form: string): string {
  return form.normalize('NFC').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
