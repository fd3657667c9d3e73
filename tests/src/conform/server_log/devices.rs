//! Who is known, by which key.

use bitacora_core::enrol::Role;
use bitacora_core::id::{DeviceId, ScopeId};
use bitacora_core::sync::ServerLog;
use bitacora_core::wire::PersonName;

use super::Post;
use crate::conform::written::Writer;

pub(super) fn devices_are_known_by_their_keys<P: Post>(
    post: &mut P,
    writer: &Writer,
    scope: &ScopeId,
) {
    let mut log = post.log();
    let stranger = DeviceId::new([9; 16]);
    assert!(
        log.standing(stranger, 1).unwrap().is_none(),
        "a stranger has no standing"
    );
    assert_eq!(log.device_key(stranger).unwrap(), None);
    assert_eq!(log.directory(stranger, 0).unwrap().map(|_| ()), None);
    assert_eq!(log.role_on(writer.device, writer.person).unwrap(), None);
    let named = PersonName {
        person: writer.person,
        name: "Cabo 17".into(),
    };
    for _ in 0..2 {
        log.introduce(writer.device, std::slice::from_ref(&named))
            .unwrap();
        let role = log.role_on(writer.device, writer.person).unwrap();
        assert_eq!(
            role,
            Some(Role::PatrolMember),
            "who is announced is a member"
        );
    }
    let now_ms = 1_692_014_400_000;
    let standing = log.standing(writer.device, now_ms).unwrap().unwrap();
    let right = standing.scopes.iter().find(|right| right.scope == *scope);
    let mark = right.unwrap().mark;
    let later = now_ms + 1_000 * 60 * 60 * 24 * 30;
    let again = log.standing(writer.device, later).unwrap().unwrap();
    assert_eq!(
        again
            .scopes
            .iter()
            .find(|right| right.scope == *scope)
            .unwrap()
            .mark,
        mark
    );
    let directory = log.directory(writer.device, u64::MAX).unwrap().unwrap();
    assert!(
        directory
            .devices
            .iter()
            .any(|entry| entry.device == writer.device)
    );
    let same = log.directory(writer.device, directory.rev).unwrap();
    assert!(same.is_none(), "what is held is not sent again");
}
