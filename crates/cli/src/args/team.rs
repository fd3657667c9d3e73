//! Arguments of the commands on people and patrols.

use std::path::PathBuf;

use bitacora_core::code;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;

/// Commands on the people of this vault.
#[derive(Subcommand)]
pub(crate) enum PersonCommand {
    /// List the people of this vault; needs no PIN
    #[command(after_help = "Example:\n  bitacora person list")]
    List,
    /// Add a person; prints the recovery code once
    #[command(
        after_help = "Example:\n  bitacora person add --name 'Sgto. 04' --new-pin-file pin.txt\n\n\
        The PIN of the person who opens the vault comes first, as with every command."
    )]
    Add {
        /// Name or rank as the others know it.
        #[arg(long)]
        name: String,
        /// File whose first line is the new person's PIN; otherwise BITACORA_NEW_PIN, otherwise a prompt.
        #[arg(long, value_name = "FILE")]
        new_pin_file: Option<PathBuf>,
    },
    /// Check that a person can open this vault: the shift change of a script
    #[command(
        after_help = "Example:\n  bitacora --person 'Sgto. 04' person switch\n\n\
        Drafts and unsent records of the others stay as they are."
    )]
    Switch,
    /// Set a new PIN for a person who forgot it, by recovery code or as another person of this vault
    #[command(
        after_help = "Examples:\n  bitacora person reset 'Cabo 17' --recovery-code-file code.txt\n  \
        bitacora --person 'Sgto. 04' person reset 'Cabo 17'\n\nNothing recorded is lost."
    )]
    Reset {
        /// Who forgot it, by name or identifier.
        #[arg(value_name = "NAME|ID")]
        who: String,
        /// File with the recovery code. Without it the vault is opened by another person.
        #[arg(long, value_name = "FILE")]
        recovery_code_file: Option<PathBuf>,
        /// File whose first line is the new PIN; otherwise BITACORA_NEW_PIN, otherwise a prompt.
        #[arg(long, value_name = "FILE")]
        new_pin_file: Option<PathBuf>,
    },
}

/// Commands on patrols.
#[derive(Subcommand)]
pub(crate) enum PatrolCommand {
    /// Leave: records made from now on belong to this patrol
    #[command(
        after_help = "Example:\n  bitacora patrol leave --trail tuquesa --setting river --direction north"
    )]
    Leave {
        /// Trail of the post, by its code.
        #[arg(long, value_name = "CODE")]
        trail: Option<String>,
        /// Setting to assume, such as river or jungle.
        #[arg(long, value_name = "CODE", value_parser = codes("setting"))]
        setting: Option<String>,
        /// Direction to assume, such as north.
        #[arg(long, value_name = "CODE", value_parser = codes("direction"))]
        direction: Option<String>,
    },
    /// Come back; with --zero-encounters if nobody was met
    #[command(
        after_help = "Examples:\n  bitacora patrol return\n  bitacora patrol return --patrol BCH-0814-2\n\n\
        A patrol leader and the commander close another team's patrol so, whose phone was lost or has joined \
        again as another device."
    )]
    Return {
        /// Nobody was met: say so, it is a figure too.
        #[arg(long)]
        zero_encounters: bool,
        /// Another patrol than this device's own: its code, as `patrol list` prints it, or its identifier.
        #[arg(long, value_name = "CODE", conflicts_with = "zero_encounters")]
        patrol: Option<String>,
    },
    /// List patrols
    #[command(after_help = "Example:\n  bitacora patrol list")]
    List,
}

/// Takes the codes of a list and no other: with an unknown one every record of the patrol would say something that no
/// reader knows.
fn codes(list: &'static str) -> PossibleValuesParser {
    PossibleValuesParser::new(code::list(list).iter().map(|item| item.code.as_str()))
}
