import type { Component } from "svelte";
import Ambulance from "@lucide/svelte/icons/ambulance";
import Baby from "@lucide/svelte/icons/baby";
import Bandage from "@lucide/svelte/icons/bandage";
import Bed from "@lucide/svelte/icons/bed";
import BookOpen from "@lucide/svelte/icons/book-open";
import CircleDot from "@lucide/svelte/icons/circle-dot";
import Cross from "@lucide/svelte/icons/cross";
import Droplets from "@lucide/svelte/icons/droplets";
import Eye from "@lucide/svelte/icons/eye";
import FileText from "@lucide/svelte/icons/file-text";
import Footprints from "@lucide/svelte/icons/footprints";
import GlassWater from "@lucide/svelte/icons/glass-water";
import Hand from "@lucide/svelte/icons/hand";
import HandHeart from "@lucide/svelte/icons/hand-heart";
import HeartHandshake from "@lucide/svelte/icons/heart-handshake";
import House from "@lucide/svelte/icons/house";
import LifeBuoy from "@lucide/svelte/icons/life-buoy";
import Megaphone from "@lucide/svelte/icons/megaphone";
import Phone from "@lucide/svelte/icons/phone";
import Scale from "@lucide/svelte/icons/scale";
import SearchCheck from "@lucide/svelte/icons/search-check";
import Shirt from "@lucide/svelte/icons/shirt";
import Signpost from "@lucide/svelte/icons/signpost";
import Sparkles from "@lucide/svelte/icons/sparkles";
import Utensils from "@lucide/svelte/icons/utensils";

type Pictogram = Component<{ size?: number }>;

const assistance: Record<string, Pictogram> = {
  water: Droplets,
  ors: GlassWater,
  food: Utensils,
  clothing: Shirt,
  shelter: Bed,
  hygiene: Sparkles,
  baby: Baby,
  call: Phone,
  escort: Footprints,
  pfa: HeartHandshake,
  first_aid: Bandage,
  rescue: LifeBuoy,
  located: SearchCheck,
  info_risks: Signpost,
  info_rights: Scale,
  info_procedures: FileText,
  guide: BookOpen,
  legal: Scale,
  complaint: Megaphone,
  transfer_health: Ambulance,
  transfer_shelter: House,
  stretcher: Ambulance,
  body_recovery: Cross,
  declined: Hand,
  observed: Eye,
};

/** The pictogram of an assistance code; codes of newer lists get a plain dot. */
export function assistancePictogram(code: string): Pictogram {
  return assistance[code] ?? CircleDot;
}

/** The pictogram of "Hay necesidades". */
export const NeedsPictogram: Pictogram = HandHeart;

/** The assistance with a key on page 2; the rest is one tap further. */
export const ASSISTANCE_KEYS = ["water", "food", "ors", "first_aid", "info_risks"] as const;
