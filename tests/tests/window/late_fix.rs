//! *Guardar* never waits for a fix; one that comes within two minutes is added, and says that it came later.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use crate::steps::{men_with_water, started_with_receiver};

/// A receiver that searches: what gpsd says of it, to the letter.
const SEARCHING: &[u8] = b"{\"class\":\"TPV\",\"device\":\"/dev/ttyACM0\",\"mode\":1}\n";
/// One that has found where it is and what time it is.
fn found() -> String {
    let time = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ");
    format!(
        "{{\"class\":\"TPV\",\"device\":\"/dev/ttyACM0\",\"mode\":3,\"time\":\"{time}\",\"lat\":8.451030,\"lon\":-77.642950,\
         \"eph\":61.6}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_comes_after_the_word_is_added_and_marked() {
    let gpsd = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gpsd.local_addr().unwrap();
    // The app asks as soon as it starts; the receiver answers when this thread has it.
    let asked = std::thread::spawn(move || asked(&gpsd));
    let (_state, window) = started_with_receiver("late_fix", address).await.unwrap();
    let mut receiver = asked.join().unwrap();
    receiver.write_all(SEARCHING).unwrap();

    // 1. Under the canopy there is no fix: the form says so, and saves all the same.
    window.touch_all(&["home-new", "form-next"]).await.unwrap();
    window
        .reads("position", "Buscando posición… no detiene")
        .await
        .unwrap();
    window.picture("searching").await.unwrap();
    window
        .touch_all(&["form-back", "form-leave"])
        .await
        .unwrap();
    men_with_water(&window, 3).await.unwrap();
    window.touch("row").await.unwrap();
    window.see("Sin posición").await.unwrap();
    window.see("Hora sin comprobar").await.unwrap();
    window.touch("back").await.unwrap();

    // 2. A clearing: the record has its position, and says that it came later.
    receiver.write_all(found().as_bytes()).unwrap();
    window.touch("row").await.unwrap();
    window
        .see("Posición 8.45103, -77.64295 (±38 m) · llegó")
        .await
        .unwrap();
    window.see("s después de guardar").await.unwrap();
    window.picture("late").await.unwrap();
    window.touch("back").await.unwrap();

    // 3. The next group has it from the start.
    window.touch_all(&["home-new", "form-next"]).await.unwrap();
    window.see("±38 m, hace").await.unwrap();
    window
        .touch_all(&["form-back", "form-leave"])
        .await
        .unwrap();
    men_with_water(&window, 2).await.unwrap();
    window.touch("row").await.unwrap();
    window
        .see("Posición 8.45103, -77.64295 (±38 m)")
        .await
        .unwrap();
    window.see_no_more("Hora sin comprobar").await.unwrap();
    assert!(
        !window.is_there("detail-late-fix").await.unwrap(),
        "it did not come later"
    );
}

/// Waits until the app asks for reports, and returns the line to it.
fn asked(gpsd: &TcpListener) -> TcpStream {
    let (stream, _) = gpsd.accept().unwrap();
    let mut asked = String::new();
    BufReader::new(stream.try_clone().unwrap())
        .read_line(&mut asked)
        .unwrap();
    assert!(asked.starts_with("?WATCH="), "asked: {asked}");
    stream
}
