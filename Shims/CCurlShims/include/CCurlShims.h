/// libcurl's variadic calls with their types spelled out, so that Swift can make them; nothing else is in here.
#ifndef DSPEX_CCURL_SHIMS_H
#define DSPEX_CCURL_SHIMS_H

#include <curl/curl.h>
#include <stddef.h>

/// What both the header and the body callback look like.
typedef size_t (*dspex_curl_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode dspex_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode dspex_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// The string is copied by libcurl.
static inline CURLcode dspex_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

/// The memory must outlive the transfer, except for CURLOPT_COPYPOSTFIELDS.
static inline CURLcode dspex_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode dspex_curl_set_callback(CURL *easy, CURLoption option, dspex_curl_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLMcode dspex_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLcode dspex_curl_message_result(const CURLMsg *message) { return message->data.result; }

#endif
