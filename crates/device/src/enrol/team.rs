//! What a commander's device asks of its server about teams.

use bitacora_core::enrol::Role;
use bitacora_core::enrol::team::{CodeRequest, HandedIn, IssuedCode, RevokeRequest, TeamList};
use bitacora_core::id::DeviceId;

use crate::channel::{Channel, ChannelError};

impl Channel {
    /// Asks for a code that enrols one device for a person of this role.
    pub async fn issue_code(
        &self,
        role: Role,
        device_name: &str,
    ) -> Result<IssuedCode, ChannelError> {
        self.ask(
            "/v1/team/codes",
            &CodeRequest {
                role,
                device_name: device_name.to_owned(),
            },
        )
        .await
    }

    /// Reads the list of the post's devices.
    pub async fn team_list(&self) -> Result<TeamList, ChannelError> {
        self.read("/v1/team").await
    }

    /// Hands in a file of sealed records, this device's own or another's.
    pub async fn hand_in(&self, file: Vec<u8>) -> Result<HandedIn, ChannelError> {
        self.ask_bytes("/v1/frames", file).await
    }

    /// Cuts a device off; its next request, also on an open connection, is refused.
    pub async fn revoke(&self, device: DeviceId) -> Result<TeamList, ChannelError> {
        self.ask("/v1/team/revoke", &RevokeRequest { device }).await
    }
}
