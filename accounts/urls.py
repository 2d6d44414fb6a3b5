from django.urls import path

from accounts.views import entry, identity, identity_answers, own, passkeys, people

app_name = "accounts"

urlpatterns = [
    path("sign-in/", entry.enter, name="sign-in"),
    path("sign-in/code/", entry.code, name="second-factor"),
    path("sign-out/", entry.leave, name="sign-out"),
    path("register/", entry.register, name="register"),
    path("settings/", own.own_settings, name="settings"),
    path("password/", own.password, name="password"),
    path("second-factor/", own.own_second_factor, name="own-second-factor"),
    path("tokens/", own.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", own.revoke_token, name="revoke-token"),
    path("passkeys/", passkeys.own_passkeys, name="passkeys"),
    path("passkeys/ask/", passkeys.ask_to_add, name="ask-for-passkey"),
    path("passkeys/ask-to-close/", passkeys.ask_to_close, name="ask-to-close"),
    path("passkeys/ask-to-confirm/", passkeys.ask_to_confirm, name="ask-to-confirm"),
    path("passkeys/<int:passkey_id>/remove/", passkeys.remove, name="remove-passkey"),
    path("sign-in-by-passkey/", passkeys.enter, name="sign-in-by-passkey"),
    path("sign-in-by-passkey/ask/", passkeys.ask_to_sign_in, name="ask-to-sign-in"),
    path("identity/", identity.own, name="identity"),
    path("identity/end/", identity.end, name="end-identity"),
    path("identity/refused/", identity_answers.refused, name="identity-refused"),
    path("identity/account/", identity_answers.account, name="identity-account"),
    path("identity/<slug:service>/sign-in/", identity.sign_in_by, name="sign-in-by-identity"),
    path("identity/<slug:service>/link/", identity.link, name="identity-link"),
    path("identity/<slug:service>/face/", identity.face, name="identity-face"),
    path("identity/<slug:service>/return/", identity_answers.answered, name="identity-return"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new-person"),
    path("people/<int:user_id>/", people.one_person, name="person"),
    path("people/<int:user_id>/open/", people.open_or_close, name="open-or-close"),
    path(
        "people/<int:user_id>/second-factor/",
        people.forget_second_factor,
        name="forget-second-factor",
    ),
    path("roles/<int:grant_id>/end/", people.end_role, name="end-role"),
    path("organisations/", people.organisations, name="organisations"),
]
