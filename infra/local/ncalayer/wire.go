package ncalayer

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/coder/websocket"
)

// heartbeat is the text a page sends to see whether NCALayer is alive. It is not JSON.
const heartbeat = "--heartbeat--"

// maxMessage bounds one message in bytes: a document in base64.
const maxMessage = 64 << 20

// message is a request as it stands on the wire. args is an object for basics and an array for
// commonUtils.
type message struct {
	Module string          `json:"module"`
	Method string          `json:"method"`
	Args   json.RawMessage `json:"args"`
}

// greeting is the first text of every connection, sent without being asked.
type greeting struct {
	Result struct {
		Version string `json:"version"`
	} `json:"result"`
}

// unknown is NCALayer's answer for a module it has not installed. The client's probe for
// KAZTOKEN's extensions (kz.digiflow.mobile.extensions) gets it too.
type unknown struct {
	Success   bool   `json:"success"`
	ErrorCode string `json:"errorCode"`
}

// connect serves one page's connection until either side closes it.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // Handler has checked Host and Origin, more strictly than Accept does
	})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxMessage)
	s.converse(conn, r.Header.Get("Origin"))
}

// converse answers requests one at a time in the order they came, since an answer does not say
// which request it belongs to. Heartbeats are echoed even while a request waits for the tester.
// A page that goes away takes its waiting request with it.
func (s *Server) converse(conn *websocket.Conn, origin string) {
	ctx, end := context.WithCancel(s.ctx)
	defer end()
	var hello greeting
	hello.Result.Version = version
	if writeJSON(ctx, conn, hello) != nil {
		return
	}
	requests := make(chan []byte, 16)
	go func() {
		defer end()
		for {
			_, data, err := conn.Read(ctx)
			if err != nil {
				return
			}
			if string(data) == heartbeat {
				if conn.Write(ctx, websocket.MessageText, data) != nil {
					return
				}
				continue
			}
			select {
			case requests <- data:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case data := <-requests:
			answer, err := s.answer(ctx, origin, data)
			if err != nil || writeJSON(ctx, conn, answer) != nil {
				return
			}
		case <-ctx.Done():
			conn.Close(websocket.StatusGoingAway, "")
			return
		}
	}
}

// answer handles one message. It fails only if the connection ends while the tester is asked.
func (s *Server) answer(ctx context.Context, origin string, data []byte) (any, error) {
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		return unknown{ErrorCode: "MALFORMED_REQUEST"}, nil
	}
	switch m.Module {
	case moduleBasics:
		return s.basics(ctx, origin, m)
	case moduleCommonUtils:
		return s.commonUtils(ctx, origin, m)
	}
	return unknown{ErrorCode: "MODULE_NOT_FOUND"}, nil
}

func writeJSON(ctx context.Context, conn *websocket.Conn, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return conn.Write(ctx, websocket.MessageText, data)
}
