/* The least that sending one message to many sockets can cost: one thread, epoll, plain send().
 *
 * usage: bare_loop PORT MESSAGE_BYTES
 * A connection that sends something starting with 'G' is a screen and is greeted like a stream; one that sends
 * something starting with 'P' has the message sent to every screen, and is answered afterwards. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 65536

static int screens[MOST];
static int count;

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int length = atoi(argv[2]), one = 1;
    const char *mark = "event: ticket.called\n";
    const char *hello = "HTTP/1.1 200 OK\r\n\r\n", *done = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    char *message = malloc(length);
    memset(message, 'x', length);
    memcpy(message, mark, strlen(mark));
    memcpy(message + length - 2, "\n\n", 2);

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("bare_loop");
        return 1;
    }
    int poll = epoll_create1(0);
    struct epoll_event want = {.events = EPOLLIN, .data.fd = listener}, ready[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &want);
    char buffer[65536];
    for (;;) {
        int n = epoll_wait(poll, ready, 256, -1);
        for (int i = 0; i < n; i++) {
            int from = ready[i].data.fd;
            if (from == listener) {
                int fd;
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    want.data.fd = fd;
                    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &want);
                }
                continue;
            }
            ssize_t got = recv(from, buffer, sizeof buffer, 0);
            if (got <= 0) {
                close(from);
            } else if (buffer[0] == 'G' && count < MOST) {
                screens[count++] = from;
                send(from, hello, strlen(hello), MSG_NOSIGNAL);
            } else if (buffer[0] == 'P') {
                for (int s = 0; s < count; s++)
                    send(screens[s], message, length, MSG_NOSIGNAL);
                send(from, done, strlen(done), MSG_NOSIGNAL);
            }
        }
    }
}
