package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.DateTimeException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats by the calendar and by examples, many of the official suite of JSON schema. */
class FormatsTest {
  @Test
  void daysAreThoseOfTheCalendar() {
    Dfa date = Formats.of("date");
    for (int year : new int[] {0, 4, 100, 400, 1900, 1963, 2000, 2004, 2023, 2024, 2100, 9999}) {
      for (int month = 0; month <= 13; month++) {
        for (int day = 0; day <= 32; day++) {
          boolean real = true;
          try {
            LocalDate.of(year, month, day);
          } catch (DateTimeException e) {
            real = false;
          }
          String text = "%04d-%02d-%02d".formatted(year, month, day);
          assertEquals(real, date.matches(text), text);
        }
      }
    }
    assertEquals(false, date.matches("2024-1-01") || date.matches("2024-01-01T"));
  }

  /** A format and its examples; ␣ is a blank, ∅ the empty text, and ! marks what is none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "time 08:30:06Z 08:30:06.283185Z 08:30:06+00:20 23:59:59-23:59 00:00:00z 23:59:60Z",
        "time 01:29:60+01:30 23:29:60+23:30 15:59:60-08:00 00:29:60-23:30 23:59:60.5+00:00",
        "time !08:30:06 !8:3:6Z !24:00:00Z !00:60:00Z !00:00:61Z !22:59:60Z !23:59:60+01:00",
        "time !00:00:00+24:00 !01:02:03,121Z !01:02:03.Z !08:30:06+0020 !012:03:04Z",
        "date-time 1963-06-19T08:30:06.283185Z 1990-12-31T15:59:60-08:00 1998-12-31T23:59:60Z",
        "date-time 2024-02-29t00:00:00z 1999-01-01T00:59:60+01:00 1963-06-19T08:30:06-08:00",
        "date-time !1998-12-31T23:58:60Z !1998-12-31T22:59:60Z !1990-02-31T15:59:59Z",
        "date-time !1998-12-30T23:59:60Z !2023-02-29T00:00:00Z !1963-06-19 !1963-06-19T08:30:06",
        "duration P4DT12H30M5S P4Y P1M PT0S P0D P1YT1S P2W PT36H P1DT12H",
        "duration !PT1D !P !P1YT !PT !P2D1Y !P1D2H !P2S !P1Y2W !P1 !4DT1H !P1Y2D",
        "uuid 2eb8aa08-AA98-11EA-B4Aa-73B441D16380 00000000-0000-0000-0000-000000000000",
        "uuid !2eb8aa08-aa98-11ea-b4aa-73b441d1638 !2eb8aa08aa9811eab4aa73b441d16380",
        "uuid !2eb8aa08-aa98-11ea-b4ga-73b441d16380 !2eb8-aa08-aa98-11ea-b4aa73b44-1d16380",
        "email joe.bloggs@example.com te~st@example.com ~t@a.b \"joe.b@x\"@example.com",
        "email joe@[127.0.0.1] joe@[IPv6:::1] a+b@localhost",
        "email !2962 !.test@example.com !test.@example.com !te..st@example.com !joe@inv=al !a@",
        "email !@b.c !joe@[127.0.0.300] !a@b@c !joe␣bloggs@example.com",
        "ipv4 192.168.0.1 0.0.0.0 255.255.255.255 1.10.100.249",
        "ipv4 !256.0.0.1 !1.2.3 !1.2.3.4.5 !087.10.0.1 !0x7f.0.0.1 !1.2.3.4/24 !1..2.3",
        "ipv6 ::1 :: ::abef 1:2:3:4:5:6:7:8 1::8 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8",
        "ipv6 1:2::192.168.0.1 ::ffff:192.168.0.1 1:2:3:4:5:6:1.2.3.4 1::2:192.168.0.1 fe80::",
        "ipv6 !12345:: !::abcef !1:1:1:1:1:1:1:1:1 !:2:3:4:5:6:7:8 !1:2:3:4:5:6:7: !1::2::3 !:",
        "ipv6 !1:2:3:4:5:6:7 !fe80::a%eth1 !1:2:3:4:5:6:7:1.2.3.4 !::256.1.1.1 !1:::2 !1",
        "ipv6 !1:2:3:4::5:6:7:8 !1.2.3.4 !1:2:3:4:5:6:7:8::",
        "hostname www.example.com a xn--4gbwdl.xn--wgbh1c 1host ho-st.example.com",
        "hostname !-a !a- !a..b !a. !.a !a_b !a.-b",
        "uri http://foo.bar/?baz=qux#quux http://foo.com/blah_(wikipedia)_blah#cite-1 urn:a:b",
        "uri http://user:p%20w@[::1]:80/a/b?c ftp://ftp.is.co.za/rfc1.txt mailto:J.D@ex.com tel:+1",
        "uri ldap://[2001:db8::7]/c=GB?objectClass?one file:///etc/x http://a http://[v1.x:]/",
        "uri !//foo.bar/?baz !/abc !abc !:// !http !bar,baz:foo !https://[@x.org/",
        "uri !http://a␣b !http://a/%2 !http://x/<> !\\\\\\\\WIN !http://a:b/ !1http://a",
        "uri-reference http://a/b #frag /abc abc ?q //foo.bar/?baz=qux a/b:c ∅ ./a:b ../x",
        "uri-reference !\\\\\\\\WIN !1:2 !a%zz !a␣b !#a#b",
        "json-pointer ∅ /foo /foo/0 / /a~1b /c%d /m~0n /␣ //",
        "json-pointer !foo !/~ !/~2 !#/foo !/foo/bar~",
        "relative-json-pointer 1 0/foo/bar 2/0/baz 0# 120/foo/bar",
        "relative-json-pointer !/foo !-1/foo !01/a !0## !∅ !+1",
      })
  void examples(String row) {
    String[] parts = row.split(" ");
    Dfa format = Formats.of(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      boolean none = parts[i].startsWith("!");
      String text = parts[i].substring(none ? 1 : 0).replace('␣', ' ').replace("∅", "");
      assertEquals(!none, format.matches(text), parts[0] + ": '" + text + "'");
    }
  }

  @Test
  void labelsAreNotTooLong() {
    Dfa host = Formats.of("hostname");
    assertEquals(true, host.matches("a".repeat(63) + ".com"));
    assertEquals(false, host.matches("a".repeat(64) + ".com"));
    Dfa email = Formats.of("email");
    assertEquals(true, email.matches("a".repeat(64) + "@b"));
    assertEquals(false, email.matches("a".repeat(65) + "@b"));
  }

  @Test
  void othersAreUnknown() {
    assertNull(Formats.of("regex"));
    assertNull(Formats.of("Date"));
  }
}
