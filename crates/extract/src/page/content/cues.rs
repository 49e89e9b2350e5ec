//! What words say about a short block: the formulas with which pages all over
//! the world ask, offer, credit and lead away.

use crate::quick_hash::QuickMap;
use std::sync::LazyLock;

macro_rules! cues {
    ($($cue:ident: $phrases:literal),+ $(,)?) => {
        /// A kind of formula.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Cue { $(#[doc = $phrases] $cue),+ }

        const PHRASES: &[(Cue, &str)] = &[$((Cue::$cue, $phrases)),+];
        /// How many kinds there are.
        pub(crate) const CUES: usize = PHRASES.len();
    };
}

// Lower-case phrases of up to four words, parted by bars.
cues! {
    Legal: "all rights reserved|copyright|terms of use|terms of service|terms and conditions|privacy policy|cookie policy|disclaimer|impressum|datenschutz|mentions légales|aviso legal|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|may not be reproduced|registered trademark",
    Cookie: "cookies|cookie|consent|gdpr|accept all|manage preferences|your privacy|zustimmen|einwilligung|akzeptieren|accepter|aceptar|accetta|personal data|tracking|browser|javascript|enable javascript|ad blocker",
    Subscribe: "subscribe|subscriber|subscribers|subscription|newsletter|newsletters|sign up|signup|inbox|email address|your email|join our|mailing list|already a subscriber|abonnieren|abonnement|abonnez vous|s abonner|inscrivez vous|suscríbete|suscribirse|boletín|iscriviti|inscreva se|assine|anmelden|nieuwsbrief|подписаться|подписывайтесь|unsubscribe|delivered to",
    Share: "share|share this|tweet|facebook|twitter|whatsapp|linkedin|pinterest|instagram|telegram|reddit|flipboard|youtube|tiktok|follow us|follow|copy link|print|email this|teilen|partager|compartir|condividi|compartilhar|delen|поделиться|folgen sie uns|suivez nous|síguenos|google news|bluesky|mastodon",
    Related: "read more|related|see also|recommended|you may also|you might also|more from|more on|continue reading|read next|next article|previous article|previous|next|up next|trending|most read|most popular|popular posts|recent posts|latest|also read|read also|read the full|weiterlesen|lesen sie auch|mehr zum thema|auch interessant|lire aussi|à lire|à lire aussi|sur le même sujet|lea también|lee también|leer más|te puede interesar|puede interesarte|noticias relacionadas|leggi anche|leia também|leia mais|veja também|lees ook|lees meer|читайте также|czytaj także|läs mer|læs også|les også|view all|see all|show more|load more|don t miss|watch",
    Ad: "advertisement|advertisements|advertise|sponsored|sponsor|affiliate|affiliate links|commission|paid partnership|paid content|anzeige|werbung|publicité|publicidad|pubblicità|publicidade|advertentie|реклама|annons|mainos",
    Comment: "comment|comments|leave a comment|leave a reply|reply|replies|log in|login|log out|sign in|register|post a comment|required fields|kommentar|kommentare|commentaire|commentaires|comentario|comentarios|comentários|commenti|reacties|комментарии|upvote|report",
    Author: "about the author|written by|posted by|by|author|authors|writer|reporter|editor|correspondent|freelance|journalist|contributor|contributing|columnist|reviewed by|fact checked|edited by|bio|biography|follow him|follow her|he writes|she writes|is a writer|lives in|can be reached|staff|von|par|por|autor|autore|auteur|redaktion|автор",
    Photo: "photo|photos|photograph|photographer|photography by|image|images|image credit|picture|pictured|getty|getty images|credit|courtesy|courtesy of|reuters|ap photo|afp|shutterstock|unsplash|pixabay|istock|pexels|screenshot|file photo|illustration|foto|bild|bildquelle|fotos|crédit|crédits|imagen|immagine|imagem|фото|caption|enlarge|view gallery",
    Time: "published|updated|posted|last updated|last modified|min read|minute read|minutes read|read time|reading time|ago|january|february|march|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|uhr|veröffentlicht|aktualisiert|publié|publié le|mis à jour|publicado|actualizado|aggiornato|pubblicato|atualizado|gepubliceerd|опубликовано",
    Support: "donate|donation|donations|support us|support our|support independent|become a member|membership|contribute|your support|reader supported|make a gift|spenden|faire un don|soutenez|donar|apoya|sostieni|apoie|fundraising|nonprofit newsroom",
    Contents: "table of contents|in this article|jump to|on this page|contents|what you ll learn|inhaltsverzeichnis|inhalt|sommaire|table des matières|índice|contenido|indice|inhoud|содержание|skip to",
    Offer: "buy now|shop now|get started|learn more|contact us|contact|free trial|book a|book now|request a|demo|download|call us|call now|schedule|get a quote|click here|add to cart|check price|shop|order now|sign up for free|try it|start free|free consultation|get in touch|apply now|find out more|jetzt|mehr erfahren|en savoir plus|más información|saiba mais|scopri di più|coupon|discount|pricing|join",
    References: "references|sources|footnotes|bibliography|further reading|citations|works cited|notes|quellen|einzelnachweise|références|referencias|fuentes|fonti|referências|doi|et al|retrieved|isbn",
    Navigate: "home|menu|search|back to top|close|skip to content|main content|open menu|toggle|go to|back|top|share on|all|news|category|categories|tags|tag|topics|filed under|posted in|tagged|blog|about us|faq|help|careers|jobs|sitemap|startseite|accueil|inicio|shopping|account|english|español|français|deutsch",
    Live: "live|live updates|live blog|breaking|key events|what we know|refresh|latest updates|minuto a minuto|en direct|liveticker",
}

/// The words of a phrase behind its first one, and its kind.
type Continuation = (Vec<&'static str>, Cue);

static BY_FIRST: LazyLock<QuickMap<&'static str, Vec<Continuation>>> = LazyLock::new(|| {
    let mut map: QuickMap<&'static str, Vec<Continuation>> = QuickMap::default();
    for (cue, phrases) in PHRASES {
        for phrase in phrases.split('|') {
            let mut words = phrase.split(' ');
            let first = words.next().unwrap_or_default();
            map.entry(first).or_default().push((words.collect(), *cue));
        }
    }
    map
});

/// Words of a block that are looked at.
const MOST_WORDS: usize = 60;

/// How often each kind of formula stands in the words.
pub(crate) fn count(words: &[&str]) -> [u8; CUES] {
    let mut counts = [0u8; CUES];
    let words = &words[..words.len().min(MOST_WORDS)];
    for (at, word) in words.iter().enumerate() {
        let Some(continuations) = BY_FIRST.get(word) else { continue };
        for (rest, cue) in continuations {
            if words[at + 1..].starts_with(rest) {
                let count = &mut counts[*cue as usize];
                *count = count.saturating_add(1);
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[Cue]) {
        let words: Vec<&str> = text.split(' ').collect();
        let counts = count(&words);
        let found: Vec<usize> = (0..CUES).filter(|&at| counts[at] > 0).collect();
        let expected: Vec<usize> = expected.iter().map(|cue| *cue as usize).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn formulas() {
        check("all rights reserved", &[Cue::Legal, Cue::Navigate]);
        check("all the rights", &[Cue::Navigate]);
        check("lesen sie auch", &[Cue::Related]);
        check("the talks went on", &[]);
    }
}
