#pragma once
#include <curl/curl.h>
// Setting and asking options is variadic, which Swift does not import: one typed door for each kind of argument.
static inline CURLcode curl_set_long(CURL *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode curl_set_size(CURL *easy, CURLoption option, curl_off_t value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode curl_set_text(CURL *easy, CURLoption option, const char *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode curl_set_pointer(CURL *easy, CURLoption option, void *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) { return curl_easy_setopt(easy, option, value); }
typedef size_t (*curl_data_callback)(char *, size_t, size_t, void *);
static inline CURLcode curl_set_data_callback(CURL *easy, CURLoption option, curl_data_callback value) { return curl_easy_setopt(easy, option, value); }
typedef curl_socket_t (*curl_open_callback)(void *, curlsocktype, struct curl_sockaddr *);
static inline CURLcode curl_set_open_callback(CURL *easy, curl_open_callback value) { return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value); }
typedef int (*curl_ready_callback)(void *, char *, char *, int, int);
static inline CURLcode curl_set_ready_callback(CURL *easy, curl_ready_callback value) { return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value); }
typedef int (*curl_progress_watch)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
static inline CURLcode curl_set_progress_callback(CURL *easy, curl_progress_watch value) { return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value); }
static inline long curl_ask_long(CURL *easy, CURLINFO what) { long value = 0; curl_easy_getinfo(easy, what, &value); return value; }
static inline const char *curl_ask_text(CURL *easy, CURLINFO what) { char *value = 0; curl_easy_getinfo(easy, what, &value); return value; }
typedef int (*curl_socket_watch)(CURL *, curl_socket_t, int, void *, void *);
typedef int (*curl_timer_watch)(CURLM *, long, void *);
static inline void curl_multi_on_socket(CURLM *multi, curl_socket_watch callback, void *user) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, user);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}
static inline void curl_multi_on_timer(CURLM *multi, curl_timer_watch callback, void *user) {
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, user);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}
static inline void curl_multi_set_long(CURLM *multi, CURLMoption option, long value) { curl_multi_setopt(multi, option, value); }
static inline int curl_message_is_done(CURLMsg *message) { return message->msg == CURLMSG_DONE; }
static inline CURLcode curl_message_result(CURLMsg *message) { return message->data.result; }
