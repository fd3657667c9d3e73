import type { Country, Language } from "$lib/backend/bindings";

/** How many names are worth showing at once. */
const SHOWN_MAX = 40;
/** The rank of a name that holds the text in the middle of a word. */
const MIDDLE = 3;

/** Text without accents and capitals, so that "nepali" finds "nepalí". */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .trim();
}

/** Countries by name, demonym or code; the best match first, those already counted before all when nothing is typed. */
export function findCountries(
  countries: Country[],
  wanted: string,
  counted: string[],
  language: Language,
): Country[] {
  const text = plain(wanted);
  if (text === "") {
    const rank = (country: Country) => (counted.includes(country.alpha3) ? 0 : 1);
    return countries
      .filter((country) => country.alpha3 !== "XXX")
      .sort((a, b) => rank(a) - rank(b) || a[language].localeCompare(b[language], language))
      .slice(0, SHOWN_MAX);
  }
  return countries
    .map((country) => ({ country, rank: rankOf(country, text) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.country[language].localeCompare(b.country[language], language))
    .map(({ country }) => country)
    .slice(0, SHOWN_MAX);
}

/** The country that a search for records means, by code, name or demonym; null if it means something else. */
export function countryMeant(countries: Country[], wanted: string, language: Language): Country | null {
  const text = plain(wanted);
  // A short code has digits, a hyphen, or is a piece of one.
  if (!/^\p{L}[\p{L} .']{2,}$/u.test(text)) return null;
  const [best] = findCountries(countries, text, [], language);
  return best && rankOf(best, text) < MIDDLE ? best : null;
}

function rankOf(country: Country, text: string): number {
  if (plain(country.alpha3) === text) return 0;
  const names = [country.es, country.en, country.demonym_m, country.demonym_f]
    .filter((name): name is string => name !== null)
    .map(plain);
  if (names.some((name) => name.startsWith(text))) return 1;
  if (names.some((name) => name.split(/[\s-]/).some((word) => word.startsWith(text)))) return 2;
  return names.some((name) => name.includes(text)) ? MIDDLE : Infinity;
}
