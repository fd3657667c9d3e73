//! A file of sealed records is taken from whoever brings it, once, and only by its own server.

use bitacora_core::enrol::Role;
use bitacora_core::enrol::team::HandedIn;
use bitacora_core::id::PersonId;
use bitacora_core::sealed_file;
use bitacora_core::wire::{PersonName, Wishes};

use crate::phone::{Phone, heard, request};
use crate::world::World;

const BYTES: &str = "content-type: application/octet-stream\r\n";

fn file_of(world: &World, phone: &mut Phone, records: u16) -> Vec<u8> {
    let made: Vec<_> = (0..records).map(|number| phone.record(number)).collect();
    let pushes = made
        .iter()
        .map(|(document, written)| phone.seal(&[(*document, written.bytes.as_slice())]))
        .collect();
    let mut hello = phone.hello();
    hello.wishes = Wishes::NONE;
    let section = request(hello, pushes);
    sealed_file::seal(
        &[section],
        &world.server.public_key(),
        phone.client.device(),
        [5; 32],
    )
    .unwrap()
}

#[tokio::test]
async fn a_colleague_hands_in_what_another_phone_could_not_send() {
    let world = World::start().await;
    let mut author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let file = file_of(&world, &mut author, 3);
    for time in ["first", "second"] {
        let answer = colleague
            .client
            .request("POST", "/v1/frames", BYTES, &file)
            .await
            .unwrap();
        let handed_in: HandedIn = answer.json();
        assert_eq!(
            (handed_in.received, handed_in.refused),
            (3, 0),
            "the {time} time all is there: {handed_in:?}"
        );
        assert_eq!(
            handed_in.device,
            author.client.device(),
            "it says whose it was"
        );
    }
    assert_eq!(
        world.server.health().unwrap().rows,
        3,
        "and it is there once"
    );
    let at_next_contact = heard(&author.post(&request(author.hello(), Vec::new())).await);
    assert_eq!(
        at_next_contact.receipts.len(),
        3,
        "the author's phone gets its receipts when it comes itself"
    );
    world.stop().await;
}

#[tokio::test]
async fn foreign_damaged_and_oversized_files_and_strangers_are_refused() {
    let world = World::start().await;
    let other = World::start().await;
    let mut author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let file = file_of(&world, &mut author, 1);
    let foreign = file_of(&other, &mut author, 1);
    let mut damaged = file.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for (name, bytes, says) in [
        ("foreign", foreign, "sealed for another server"),
        ("damaged", damaged, "damaged or incomplete"),
        ("noise", vec![1; 100], "no file of sealed records"),
        ("empty", Vec::new(), "no file of sealed records"),
    ] {
        let answer = author
            .client
            .request("POST", "/v1/frames", BYTES, &bytes)
            .await
            .unwrap();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "file"),
            "{name}"
        );
        let message = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(
            message.contains(says),
            "{name} has its own sentence: {message}"
        );
    }
    let stranger = crate::client::Client::new(9, world.address);
    let answer = stranger
        .request("POST", "/v1/frames", BYTES, &file)
        .await
        .unwrap();
    assert_eq!(
        answer.code(),
        "unknown_device",
        "a stranger hands in nothing"
    );
    assert_eq!(world.server.health().unwrap().rows, 0, "nothing was taken");

    world.server.revoke(author.client.device(), None).unwrap();
    let handed_in = world.server.take_file(&file).unwrap();
    assert!(
        handed_in.stopped.is_some(),
        "what a lost phone's finder brings is not taken: {handed_in:?}"
    );
    other.stop().await;
    world.stop().await;
}

/// What a file says of its device and its people, besides what they have signed, is the word of whoever wrote it.
#[tokio::test]
async fn a_file_tells_nothing_of_its_devices_clock_and_renames_nobody() {
    let world = World::start().await;
    let author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    author.exchange(author.hello(), Vec::new()).await;
    let seen = |world: &World| {
        let team = world.server.team(None).unwrap();
        let device = team
            .devices
            .into_iter()
            .find(|device| device.id == author.client.device())
            .unwrap();
        (device.last_contact_at, device.clock_ahead_seconds)
    };
    let before = seen(&world);

    let mut hello = author.hello();
    hello.wishes = Wishes::NONE;
    hello.clock_s += 3600;
    hello.persons[0].name = "Otro".to_owned();
    let file = sealed_file::seal(
        &[request(hello, Vec::new())],
        &world.server.public_key(),
        author.client.device(),
        [5; 32],
    )
    .unwrap();
    colleague
        .client
        .request("POST", "/v1/frames", BYTES, &file)
        .await
        .unwrap();

    assert_eq!(seen(&world), before, "the device was not here");
    let told = colleague.exchange(colleague.hello(), Vec::new()).await;
    let persons = told.welcome.unwrap().directory.unwrap().persons;
    assert!(
        persons.iter().any(|person| person.name == "Cabo 1")
            && persons.iter().all(|person| person.name != "Otro"),
        "and everybody keeps his name"
    );
    world.stop().await;
}

#[tokio::test]
async fn one_device_fills_no_directory() {
    let world = World::start().await;
    let phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    for round in 0..8u8 {
        let mut hello = phone.hello();
        hello.persons = (0..20u8)
            .map(|number| PersonName {
                person: PersonId::from_bytes([round * 20 + number; 16]),
                name: format!("Nadie {round} {number}"),
            })
            .collect();
        phone.exchange(hello, Vec::new()).await;
    }
    let told = phone.exchange(phone.hello(), Vec::new()).await;
    let persons = told.welcome.unwrap().directory.unwrap().persons;
    assert!(
        (90..=100).contains(&persons.len()),
        "a hundred at most: {}",
        persons.len()
    );
    world.stop().await;
}

/// Whoever writes a file names its device: what he says of its people, they have signed or it is nobody's word.
#[tokio::test]
async fn a_file_announces_only_who_signed_in_it() {
    let world = World::start().await;
    let mut shared = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let rogue = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let second = Phone::enrolled(&world, 3, Role::PatrolMember).await;

    // Invented people of the shared phone, beside an envelope that the rogue sealed in its name.
    let (id, written) = rogue.record(9);
    let mut forged = rogue.clone().seal(&[(id, &written.bytes)]);
    forged.device = shared.client.device();
    let sections: Vec<Vec<u8>> = (0..4u8)
        .map(|section| {
            let mut hello = shared.hello();
            hello.wishes = Wishes::NONE;
            hello.persons = (0..25u8)
                .map(|number| PersonName {
                    person: PersonId::from_bytes([100 + section * 25 + number; 16]),
                    name: format!("Nadie {section} {number}"),
                })
                .collect();
            forged.person = hello.persons[0].person;
            request(hello, vec![forged.clone()])
        })
        .collect();
    let file = sealed_file::seal(
        &sections,
        &world.server.public_key(),
        shared.client.device(),
        [5; 32],
    )
    .unwrap();
    let answer = rogue
        .client
        .request("POST", "/v1/frames", BYTES, &file)
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "it is a file like others");

    // A shift change on the shared phone.
    let (id, written) = second.record(1);
    let push = shared.seal_as(second.client.person(), &[(id, &written.bytes)]);
    let mut hello = shared.hello();
    hello.persons.push(PersonName {
        person: second.client.person(),
        name: "Cabo 3".to_owned(),
    });
    let told = shared.exchange(hello, vec![push]).await;
    assert!(
        told.verdicts(1)[0].is_received(),
        "who is new on the phone is heard: {told:?}"
    );
    let persons = told.welcome.unwrap().directory.unwrap().persons;
    assert!(
        persons
            .iter()
            .all(|person| !person.name.starts_with("Nadie")),
        "nobody is in the directory whom no envelope names: {}",
        persons.len()
    );
    world.stop().await;
}

/// Who hands in a colleague's envelopes and leaves out who signed them has nothing refused.
#[tokio::test]
async fn a_seal_in_a_file_stands_for_its_signer_and_the_file_gives_him_his_name() {
    let world = World::start().await;
    let mut author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let second = Phone::enrolled(&world, 3, Role::PatrolMember).await;
    let colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let signer = second.client.person();
    let pushes = [1, 2].map(|number| {
        let (id, written) = second.record(number);
        author.seal_as(signer, &[(id, &written.bytes)])
    });
    let file = |world: &World, persons: Vec<PersonName>, pushes: Vec<_>| {
        let mut hello = author.hello();
        hello.wishes = Wishes::NONE;
        hello.persons = persons;
        let section = request(hello, pushes);
        let (key, device) = (world.server.public_key(), author.client.device());
        sealed_file::seal(&[section], &key, device, [5; 32]).unwrap()
    };
    let nameless = file(&world, Vec::new(), pushes[..1].to_vec());
    let handed_in = world.server.take_file(&nameless).unwrap();
    assert_eq!(
        (handed_in.received, handed_in.refused),
        (1, 0),
        "its device sealed it: {handed_in:?}"
    );

    let named = PersonName {
        person: signer,
        name: "Sgto. 04".to_owned(),
    };
    world
        .server
        .take_file(&file(&world, vec![named], pushes[1..].to_vec()))
        .unwrap();
    let told = colleague.exchange(colleague.hello(), Vec::new()).await;
    let directory = told.welcome.unwrap().directory.unwrap();
    assert!(
        directory
            .persons
            .iter()
            .any(|person| person.person == signer && person.name == "Sgto. 04"),
        "who signed is known by the name that his phone wrote"
    );
    world.stop().await;
}
